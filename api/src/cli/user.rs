//! `grip user`.

use std::io::{BufRead, IsTerminal};

use clap::{Args, Subcommand};
use grip_engine::access::{Action, Role};
use grip_engine::id::UserId;

use super::{CliError, Database, say, system_grant};
use crate::auth::grant::Actor;
use crate::auth::password;
use crate::flow::FlowError;
use crate::store::user::{self, User};
use crate::store::{StoreError, municipality};

#[derive(Debug, Args)]
pub(super) struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Add a person. The password is asked for, or read from standard input (at least 12 characters).
    Add {
        #[command(flatten)]
        database: Database,
        /// The name to sign in with.
        #[arg(long)]
        name: String,
        /// What the person is here for.
        #[arg(long, value_parser = role, help = "What the person is here for: income_officer, budget_coach, finance, administrator or auditor")]
        role: Role,
    },
}

fn role(code: &str) -> Result<Role, String> {
    let codes: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
    Role::from_code(code).ok_or_else(|| format!("roles are {}", codes.join(", ")))
}

pub(super) async fn user(args: UserArgs) -> Result<(), CliError> {
    let UserCommand::Add { database, name, role } = args.command;
    let wrong = |letter: char| letter == ':' || letter.is_control();
    let reserved = name == Actor::system().name;
    if name.trim() != name || name.is_empty() || 100 < name.len() || name.contains(wrong) || reserved {
        return Err(CliError::Words(format!(
            "name `{name}` cannot be used: 1 to 100 letters without a colon or spaces around it, and not `systeem`"
        )));
    }
    let app = database.open().await?;
    let hash = password::hash(&ask_password()?).map_err(|error| CliError::Words(error.to_string()))?;
    let mut change = app.store.begin(&system_grant(&app, Action::Administer).await?, "user").await?;
    if municipality::get(&mut change).await?.is_none() {
        municipality::put(&mut change, "Gemeente").await?;
    }
    let person = User { id: UserId(change.new_id()), name: name.clone(), role, password_hash: hash };
    user::add(&mut change, &person).await.map_err(|error| match error {
        StoreError::Exists => FlowError::Exists { what: "user", id: name.clone() },
        error => error.into(),
    })?;
    change.commit().await?;
    app.store.close().await;
    say(&format!("{name} can sign in as {}", role.code()));
    Ok(())
}

fn ask_password() -> Result<String, CliError> {
    if std::io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password("Password: ")?);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
