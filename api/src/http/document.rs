//! The OpenAPI document: made from the handlers, with what holds for every answer added once.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Object, OpenApi, Ref, RefOr, Type};
use utoipa::{Modify, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::{self, Fault, Problem};
use crate::app::App;
use crate::sign_in::session;

/// The version of the API.
pub const VERSION: &str = "1.0.0";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Grip op geld",
        version = "1.0.0",
        description = "Vaste lasten betaald uit de uitkering, inrichtingskrediet in delen, en op tijd een \
            signaal. Alle bedragen zijn euro's als tekst met een punt en twee decimalen. Een probleem is in het \
            Nederlands, en in het Engels voor wie daar met Accept-Language om vraagt.",
        contact(name = "Grip op geld", email = "grip-op-geld@example.org", url = "https://example.org/grip-op-geld"),
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    servers((url = "/v1", description = "Deze server")),
    security(("basicAuth" = []), ("sessie" = [])),
    components(schemas(Problem, Fault)),
    modifiers(&Schemes)
)]
struct Document;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        let basic = SecurityScheme::Http(Http::new(HttpAuthScheme::Basic));
        components.add_security_scheme("basicAuth", basic);
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(session::COOKIE)));
        components.add_security_scheme("sessie", cookie);
    }
}

/// The document as it is served.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_json().unwrap_or_default());

/// The address of the document: for everybody.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(openapi))
}

/// Deze beschrijving.
#[utoipa::path(get, path = "/openapi.json", operation_id = "openapi", tag = "Beschrijving", security(()),
    responses((status = 200, description = "De beschrijving (OpenAPI 3.1).", body = Object,
        headers(("Access-Control-Allow-Origin" = String, description = "Iedereen mag dit lezen.")))))]
pub async fn openapi() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (headers, DOCUMENT.as_str())
}

/// The document of every address below `/v1`.
pub fn document() -> OpenApi {
    let router = OpenApiRouter::with_openapi(Document::openapi());
    let mut document = router.merge(routes()).merge(super::resources()).into_openapi();
    for item in document.paths.paths.values_mut() {
        operations(item).for_each(complete);
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post].into_iter().filter_map(Option::as_mut)
}

/// Adds the problems an operation can always give, and the header of every answer.
fn complete(operation: &mut Operation) {
    let parameters = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(&parameter.parameter_in),
        RefOr::Ref(_) => None,
    });
    let (in_path, others): (Vec<&ParameterIn>, Vec<&ParameterIn>) =
        parameters.partition(|place| **place == ParameterIn::Path);
    let takes_input = !in_path.is_empty() || !others.is_empty() || operation.request_body.is_some();
    let is_public = operation.operation_id.as_deref() == Some("openapi");
    let problems = [
        ("400", "De invoer is ongeldig.", takes_input),
        ("401", "Niet aangemeld.", !is_public),
        ("403", "De rol van de gebruiker staat dit niet toe.", !is_public),
        ("404", "Dit bestaat niet.", !in_path.is_empty()),
        ("429", "Te vaak een verkeerd wachtwoord.", !is_public),
        ("500", "Er ging iets mis in het systeem.", true),
    ];
    for (status, description, _) in problems.into_iter().filter(|(_, _, applies)| *applies) {
        let content = Content::new(Some(Ref::from_schema_name("Probleem")));
        let response = ResponseBuilder::new().description(description).content(problem::MEDIA_TYPE, content);
        let responses = &mut operation.responses.responses;
        responses.entry(status.to_owned()).or_insert_with(|| response.build().into());
    }
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            let mut version = Header::new(Object::with_type(Type::String));
            version.description = Some("De volledige versie van de API.".to_owned());
            version.example = Some(VERSION.into());
            response.headers.insert("API-Version".to_owned(), version.into());
        }
    }
}
