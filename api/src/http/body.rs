//! The JSON that a request brings. What is wrong is told in Dutch, with the place.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::accept::brings;
use super::problem::{Fault, Problem};

/// The body of a request, read as JSON.
pub(super) async fn json<T: DeserializeOwned>(request: Request) -> Result<T, Problem> {
    if brings(request.headers()) != "application/json" {
        return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let bytes = bytes(request).await?;
    serde_json::from_slice(&bytes).map_err(|error| refused(vec![fault("", &error)]))
}

/// The body of a request that brings XML, as it is.
pub(super) async fn xml(request: Request) -> Result<Bytes, Problem> {
    if !matches!(brings(request.headers()).as_str(), "application/xml" | "text/xml") {
        return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    bytes(request).await
}

/// The body of a request, as it is.
pub(super) async fn bytes(request: Request) -> Result<Bytes, Problem> {
    let bytes = Bytes::from_request(request, &()).await;
    bytes.map_err(|rejection| Problem::of_status(rejection.status()))
}

/// A part of a body in the words of `docs/cases.md`; what is wrong with it is added to the faults.
pub(super) fn part<T: DeserializeOwned>(pointer: &str, value: Value, faults: &mut Vec<Fault>) -> Option<T> {
    serde_json::from_value(value).map_err(|error| faults.push(fault(pointer, &error))).ok()
}

/// A list of such parts.
pub(super) fn parts<T: DeserializeOwned>(
    pointer: &str,
    values: Vec<Value>,
    faults: &mut Vec<Fault>,
) -> Vec<T> {
    let values = values.into_iter().enumerate();
    values.filter_map(|(place, value)| part(&format!("{pointer}/{place}"), value, faults)).collect()
}

/// The problem of a body that is wrong in these places.
pub(super) fn refused(faults: Vec<Fault>) -> Problem {
    Problem::invalid("De inhoud van het verzoek klopt niet. Er is niets vastgelegd.", faults)
}

/// What is wrong, from the words of the reader of JSON, which are English.
fn fault(pointer: &str, error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let mut quoted = text.split('`').skip(1).step_by(2);
    let named = quoted.next().unwrap_or_default();
    let (code, detail) = if text.starts_with("unknown field") {
        ("onbekend", format!("De sleutel `{named}` bestaat hier niet."))
    } else if text.starts_with("missing field") {
        ("verplicht", format!("De sleutel `{named}` ontbreekt."))
    } else if text.starts_with("duplicate field") {
        ("dubbel", format!("De sleutel `{named}` staat er meer dan eens."))
    } else if text.starts_with("unknown variant") {
        let known: Vec<&str> = quoted.collect();
        ("ongeldig", format!("`{named}` is geen keuze; kies uit {}.", known.join(", ")))
    } else if error.is_data() {
        let detail = "Een waarde heeft de verkeerde vorm. Bedragen, dagen en maanden zijn tekst, zoals \
                      \"612.40\", \"2026-02-01\" en \"2026-02\".";
        ("ongeldig", detail.to_owned())
    } else {
        ("onleesbaar", "De inhoud is geen geldige JSON.".to_owned())
    };
    Fault::new(pointer, code, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::EventIn;
    use serde_json::json;

    #[test]
    fn what_is_wrong_is_told_in_dutch_with_its_place() {
        let mut faults = Vec::new();
        let values = vec![
            json!({ "on": "2026-02-01", "bridge": { "reference": "B", "month": "2026-02", "amount": "1.00" } }),
            json!({ "on": "2026-02-01", "mayor": {} }),
            json!({ "on": "2026-02-01", "bridge": { "reference": "B", "month": "2026-02" } }),
            json!({ "on": "2026-02-01", "bridge": { "reference": "B", "month": "2026-02", "amount": 1.5 } }),
        ];
        assert_eq!(parts::<EventIn>("/gebeurtenissen", values, &mut faults).len(), 1);
        let told: Vec<String> =
            faults.iter().map(|fault| format!("{} {} {}", fault.pointer, fault.code, fault.detail)).collect();
        assert_eq!(told[0], "/gebeurtenissen/1 onbekend De sleutel `mayor` bestaat hier niet.");
        assert_eq!(told[1], "/gebeurtenissen/2 verplicht De sleutel `amount` ontbreekt.");
        assert!(told[2].starts_with("/gebeurtenissen/3 ongeldig Een waarde heeft de verkeerde vorm."));
    }
}
