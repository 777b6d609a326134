//! `grip doctor`.

use clap::Args;

use super::{CliError, Database, say};
use crate::flow::doctor::{Proof, examine};

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    database: Database,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// True when everything is proved.
pub(super) async fn doctor(args: &DoctorArgs) -> Result<bool, CliError> {
    let app = args.database.open().await?;
    let proofs = examine(&app.store).await;
    app.store.close().await;
    let proofs = proofs?;
    if args.json {
        let proof = |proof: &Proof| {
            serde_json::json!({ "proof": proof.claim, "rows": proof.rows, "proved": proof.wrong.is_empty(),
                "wrong": proof.wrong })
        };
        say(&proofs.iter().map(proof).collect::<serde_json::Value>().to_string());
    } else {
        proofs.iter().for_each(print);
    }
    Ok(proofs.iter().all(|proof| proof.wrong.is_empty()))
}

fn print(proof: &Proof) {
    let mark = if proof.wrong.is_empty() { "proved" } else { "WRONG " };
    say(&format!("{mark}  {} ({} rows)", proof.claim, proof.rows));
    for wrong in &proof.wrong {
        say(&format!("        {wrong}"));
    }
}
