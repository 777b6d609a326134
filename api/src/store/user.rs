//! People with a sign-in, and their sessions.

use chrono::{DateTime, Utc};
use grip_engine::access::Role;
use grip_engine::id::UserId;
use uuid::Uuid;

use super::{Change, Snapshot, StoreError, meaning};

/// A person with a sign-in.
#[derive(Clone, Debug)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// The name they sign in with.
    pub name: String,
    /// What they are here for.
    pub role: Role,
    /// The hash of their password.
    pub password_hash: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    user_id: Uuid,
    name: String,
    role: String,
    password_hash: String,
}

impl TryFrom<Row> for User {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<User, StoreError> {
        let role = meaning("role", &row.role, Role::from_code(&row.role))?;
        Ok(User { id: row.user_id.into(), name: row.name, role, password_hash: row.password_hash })
    }
}

/// Adds a person.
pub async fn add(change: &mut Change, user: &User) -> Result<(), StoreError> {
    const SQL: &str = "insert into user_account (municipality_id, user_id, name, role, password_hash)
        values ($1, $2, $3, $4, $5)";
    let row = change.sql(SQL).bind(user.id.0).bind(user.name.as_str()).bind(user.role.code());
    row.bind(user.password_hash.as_str()).run().await.map(drop)
}

/// The person with this name.
pub async fn by_name(at: &mut Snapshot, name: &str) -> Result<Option<User>, StoreError> {
    const SQL: &str = "select user_id, name, role, password_hash from user_account
        where municipality_id = $1 and name = $2";
    at.sql(SQL).bind(name).optional::<Row>().await?.map(User::try_from).transpose()
}

/// How many people have a sign-in.
pub async fn count(at: &mut Snapshot) -> Result<i64, StoreError> {
    const SQL: &str = "select count(*) as people from user_account where municipality_id = $1";
    at.sql(SQL).one::<(i64,)>().await.map(|(people,)| people)
}

/// Keeps a session by the hash of its secret.
pub async fn add_session(
    change: &mut Change,
    secret_hash: &[u8],
    user: UserId,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into session (municipality_id, secret_hash, user_id, expires_at) values ($1, $2, $3, $4)";
    change.sql(SQL).bind(secret_hash).bind(user.0).bind(expires_at).run().await.map(drop)
}

/// The person of a session that has not expired.
pub async fn by_session(
    at: &mut Snapshot,
    secret_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<User>, StoreError> {
    const SQL: &str = "select user_account.user_id as user_id, name, role, password_hash from session
        join user_account on user_account.municipality_id = session.municipality_id
            and user_account.user_id = session.user_id
        where session.municipality_id = $1 and secret_hash = $2 and $3 < expires_at";
    at.sql(SQL).bind(secret_hash).bind(now).optional::<Row>().await?.map(User::try_from).transpose()
}

/// Forgets the sessions that have expired.
pub async fn forget_expired(change: &mut Change, now: DateTime<Utc>) -> Result<(), StoreError> {
    const SQL: &str = "delete from session where municipality_id = $1 and expires_at <= $2";
    change.sql(SQL).bind(now).run().await.map(drop)
}

/// Ends a session.
pub async fn end_session(change: &mut Change, secret_hash: &[u8]) -> Result<(), StoreError> {
    const SQL: &str = "delete from session where municipality_id = $1 and secret_hash = $2";
    change.sql(SQL).bind(secret_hash).run().await.map(drop)
}
