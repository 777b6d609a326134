//! Sessions: the browser holds a secret, the store its hash.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use grip_engine::access::Action;
use sha2::{Digest, Sha256};

use super::check::{self, Checked};
use crate::app::App;
use crate::auth::grant::Actor;
use crate::clock;
use crate::flow::FlowError;
use crate::store::user;

/// The cookie that holds the secret.
pub const COOKIE: &str = "grip_sessie";

/// A session lasts this long, whatever happens in it.
const HOURS: i64 = 12;

/// Starts a session: the `Set-Cookie` to answer with, or nothing when name and password do not fit or
/// the name failed too often ([`App::sign_in_wait`] tells which).
pub async fn start(
    app: &App,
    name: &str,
    password: &str,
    over: Transport,
) -> Result<Option<HeaderValue>, FlowError> {
    let Checked::Known(actor) = check::check(app, name, password).await? else {
        return Ok(None);
    };
    let Some(user) = actor.user else { return Ok(None) };
    let grant = app.grant(&actor, Action::SignIn).await?;
    let (secret, expires_at) = (new_secret()?, clock::now() + TimeDelta::hours(HOURS));
    let mut change = app.store.begin(&grant, "session").await?;
    user::forget_expired(&mut change, clock::now()).await?;
    user::add_session(&mut change, &hash(&secret), user, expires_at).await?;
    change.commit().await?;
    Ok(Some(set_cookie(&secret, HOURS * 3_600, over)))
}

/// Ends the session of a request, if it has one: the `Set-Cookie` that clears the cookie.
pub async fn end(app: &App, headers: &HeaderMap) -> Result<HeaderValue, FlowError> {
    if let (Some(secret), Some(actor)) = (secret_of(headers), actor(app, headers).await?) {
        let grant = app.grant(&actor, Action::SignIn).await?;
        let mut change = app.store.begin(&grant, "session").await?;
        user::end_session(&mut change, &hash(secret)).await?;
        change.commit().await?;
    }
    Ok(set_cookie("", 0, Transport::of(headers)))
}

/// Who holds the session of a request.
pub async fn actor(app: &App, headers: &HeaderMap) -> Result<Option<Actor>, FlowError> {
    let Some(secret) = secret_of(headers) else { return Ok(None) };
    let mut at = app.store.read().await?;
    let found = user::by_session(&mut at, &hash(secret), clock::now()).await?;
    Ok(found.map(check::actor))
}

/// 32 random bytes as text.
fn new_secret() -> Result<String, FlowError> {
    let mut bytes = [0; 32];
    let failed = |error: getrandom::Error| FlowError::File {
        path: "random source of the operating system".to_owned(),
        error: std::io::Error::other(error.to_string()),
    };
    getrandom::fill(&mut bytes).map_err(failed)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// The secret in the cookies of a request. Two different ones are none: somebody else may have set one.
fn secret_of(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut secrets = pairs.filter(|(name, _)| *name == COOKIE).map(|(_, secret)| secret);
    let secret = secrets.next().filter(|secret| !secret.is_empty())?;
    secrets.all(|other| other == secret).then_some(secret)
}

/// How a browser reaches us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// From this machine itself, without TLS.
    Loopback,
    /// From elsewhere, through a proxy that speaks TLS: the cookie never travels without it.
    Network,
}

impl Transport {
    /// By the name under which the browser asked.
    pub fn of(headers: &HeaderMap) -> Transport {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        if matches!(name, "localhost" | "127.0.0.1" | "[::1]") {
            Transport::Loopback
        } else {
            Transport::Network
        }
    }
}

fn set_cookie(secret: &str, seconds: i64, over: Transport) -> HeaderValue {
    let secure = if over == Transport::Network { "; Secure" } else { "" };
    let text = format!("{COOKIE}={secret}; HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}{secure}");
    HeaderValue::try_from(text).expect("a cookie of plain letters is a header value")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(cookies: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::COOKIE, HeaderValue::from_str(cookie).expect("a header value"));
        }
        secret_of(&headers).map(str::to_owned)
    }

    #[test]
    fn the_secret_is_found_among_other_cookies() {
        assert_eq!(secret(&["taal=nl; grip_sessie=abc"]).as_deref(), Some("abc"));
        assert_eq!(secret(&["taal=nl", "grip_sessie=abc"]).as_deref(), Some("abc"));
        assert_eq!(secret(&["taal=nl", "xgrip_sessie=abc"]), None);
        assert_eq!(secret(&["grip_sessie="]), None);
        assert_eq!(secret(&[]), None);
    }

    #[test]
    fn two_different_secrets_are_none() {
        assert_eq!(secret(&["grip_sessie=abc; grip_sessie=def"]), None);
        assert_eq!(secret(&["grip_sessie=abc; grip_sessie=abc"]).as_deref(), Some("abc"));
    }

    #[test]
    fn a_secret_is_32_random_bytes() {
        let (one, two) = (new_secret().expect("random"), new_secret().expect("random"));
        assert_eq!(one.len(), 43);
        assert_ne!(one, two);
        assert_eq!(
            set_cookie("abc", 43_200, Transport::Loopback),
            "grip_sessie=abc; HttpOnly; SameSite=Lax; Path=/; Max-Age=43200"
        );
    }
}
