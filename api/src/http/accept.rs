//! What kinds of content a request takes and brings.

use axum::http::{HeaderMap, header};

/// How much a request wants a media type, in thousandths; nothing when it does not want it.
pub fn wants(headers: &HeaderMap, media_type: &str) -> u16 {
    let values = headers.get_all(header::ACCEPT).iter().map(|value| value.to_str().unwrap_or_default());
    let ranges: Vec<(String, u16)> = values.flat_map(|value| value.split(',')).filter_map(range).collect();
    if ranges.is_empty() {
        return 1_000;
    }
    let family = format!("{}/*", media_type.split('/').next().unwrap_or_default());
    let named = |name: &str| ranges.iter().find(|(range, _)| range == name).map(|(_, weight)| *weight);
    named(media_type).or_else(|| named(&family)).or_else(|| named("*/*")).unwrap_or(0)
}

/// True when a request wants English rather than Dutch. Without a wish it is Dutch.
pub fn wants_english(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    let values = values.map(|value| value.to_str().unwrap_or_default());
    let ranges: Vec<(String, u16)> = values.flat_map(|value| value.split(',')).filter_map(range).collect();
    let weight = |language: &str| {
        let is_it = |range: &str| range == language || range.starts_with(&format!("{language}-"));
        ranges.iter().filter(|(range, _)| is_it(range)).map(|(_, weight)| *weight).max()
    };
    let dutch = weight("nl").unwrap_or(0);
    weight("en").is_some_and(|english| 0 < english && dutch < english)
}

/// The media type of what a request brings, without parameters.
pub fn brings(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_lowercase()
}

fn range(text: &str) -> Option<(String, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?.to_lowercase();
    let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1_000, thousandths);
    Some((name, weight))
}

/// `0.25` is 250.
fn thousandths(text: &str) -> u16 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    if whole == "0" { part.parse().unwrap_or(0) } else { 1_000 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_named_type_counts_before_its_family_and_anything() {
        let wants = |accept: &'static str, media_type| {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            wants(&headers, media_type)
        };
        assert_eq!(wants("application/xml", "application/xml"), 1_000);
        assert_eq!(wants("application/xml", "application/json"), 0);
        assert_eq!(wants("application/*;q=0.5, */*;q=0.1", "application/json"), 500);
        assert_eq!(wants("application/xml;q=0, */*", "application/xml"), 0);
        assert_eq!(wants("text/html, */*; q=0.25", "application/json"), 250);
        assert_eq!(super::wants(&HeaderMap::new(), "application/json"), 1_000);
    }

    #[test]
    fn english_is_given_to_who_wants_it_more_than_dutch() {
        let english = |wish: &'static str| {
            let value = HeaderValue::from_static(wish);
            wants_english(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, value)]))
        };
        assert!(english("en") && english("en-GB, nl;q=0.8") && english("de, en;q=0.5"));
        assert!(!english("nl, en;q=0.9") && !english("de") && !english("*") && !english("en;q=0"));
        assert!(!wants_english(&HeaderMap::new()));
    }

    #[test]
    fn parameters_of_a_content_type_do_not_count() {
        let value = HeaderValue::from_static("Text/XML; charset=UTF-8");
        assert_eq!(brings(&HeaderMap::from_iter([(header::CONTENT_TYPE, value)])), "text/xml");
        assert_eq!(brings(&HeaderMap::new()), "");
    }
}
