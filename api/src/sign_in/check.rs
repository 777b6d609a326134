//! Checking a name and a password. An unknown name takes as long as a wrong password.

use std::sync::LazyLock;

use chrono::TimeDelta;

use crate::app::App;
use crate::auth::grant::Actor;
use crate::auth::password;
use crate::clock;
use crate::flow::FlowError;
use crate::store::user::{self, User};

/// What a name and a password are worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// They belong together.
    Known(Actor),
    /// They do not.
    Unknown,
    /// The name failed too often: it is not looked at for this long.
    Wait(TimeDelta),
}

/// A hash that belongs to nobody, so that an unknown name costs what a known one costs.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| password::hash("nobody signs in with this").expect("a long password can be hashed"));

/// Checks a name and a password.
pub async fn check(app: &App, name: &str, password: &str) -> Result<Checked, FlowError> {
    if let Some(wait) = app.attempts.wait(name, clock::now()) {
        return Ok(Checked::Wait(wait));
    }
    let user = user::by_name(&mut app.store.read().await?, name).await?;
    let permit = app.password_checks.clone().acquire_owned().await;
    // those who waited for their turn count, too
    if let Some(wait) = app.attempts.wait(name, clock::now()) {
        return Ok(Checked::Wait(wait));
    }
    if fits(user.as_ref(), password).await {
        app.attempts.succeeded(name);
        drop(permit);
        return Ok(user.map_or(Checked::Unknown, |user| Checked::Known(actor(user))));
    }
    app.attempts.failed(name, clock::now());
    drop(permit);
    Ok(Checked::Unknown)
}

async fn fits(user: Option<&User>, password: &str) -> bool {
    let (hash, password) = (user.map(|user| user.password_hash.clone()), password.to_owned());
    let known = hash.is_some();
    let verify = move || password::verify(&password, hash.as_deref().unwrap_or(&NOBODY));
    tokio::task::spawn_blocking(verify).await.unwrap_or(false) && known
}

/// Who a person with a sign-in is.
pub(super) fn actor(user: User) -> Actor {
    Actor { user: Some(user.id), name: user.name, role: Some(user.role) }
}
