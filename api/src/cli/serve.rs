//! `grip serve`.

use std::net::SocketAddr;

use clap::Args;
use tokio::net::TcpListener;

use super::{CliError, Database, say};
use crate::app::App;
use crate::server;
use crate::store::user;

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    database: Database,
    /// The address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

pub(super) async fn serve(args: &ServeArgs) -> Result<(), CliError> {
    let app = args.database.open().await?;
    let listener = bind(args.listen).await?;
    if user::count(&mut app.store.read().await?).await? == 0 {
        say("Nobody can sign in yet. Add the first person with:");
        say(&format!("  grip user add --name NAME --role administrator{}", args.database.option()));
    }
    say(&format!("Grip op geld: http://{}/", listener.local_addr()?));
    until_stopped(listener, app).await
}

pub(super) async fn bind(address: SocketAddr) -> Result<TcpListener, CliError> {
    let busy =
        |error| CliError::Words(format!("cannot listen on {address}: {error}; choose another with --listen"));
    TcpListener::bind(address).await.map_err(busy)
}

pub(super) async fn until_stopped(listener: TcpListener, app: App) -> Result<(), CliError> {
    let store = app.store.clone();
    let served = axum::serve(listener, server::router(app)).with_graceful_shutdown(stopped()).await;
    store.close().await;
    Ok(served?)
}

/// Ctrl-C, or the signal by which a service is stopped.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(_) => drop(interrupted.await),
    }
}
