//! The program `grip`.

use std::process::ExitCode;

use clap::Parser;
use grip_api::cli::{self, Cli};

#[tokio::main]
async fn main() -> ExitCode {
    cli::run(Cli::parse()).await
}
