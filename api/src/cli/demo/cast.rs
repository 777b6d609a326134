//! Who plays in the demonstration: the files of samples/, the people with a sign-in, and what the bank knows.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;

use grip_engine::money::Money;
use serde::Deserialize;

use crate::cli::CliError;
use crate::flow::FlowError;
use crate::intake::{self, DEFAULT_POLICY, Document};
use crate::play::{PASSWORD, PEOPLE, Refused, Script};

const MUNICIPALITY: &str = include_str!("../../../../samples/municipality.toml");
const BANK: &str = include_str!("../../../../samples/simulated_bank.toml");
const HOUSEHOLDS: [&str; 10] = [
    include_str!("../../../../samples/households/hh-101.toml"),
    include_str!("../../../../samples/households/hh-102.toml"),
    include_str!("../../../../samples/households/hh-103.toml"),
    include_str!("../../../../samples/households/hh-104.toml"),
    include_str!("../../../../samples/households/hh-105.toml"),
    include_str!("../../../../samples/households/hh-106.toml"),
    include_str!("../../../../samples/households/hh-107.toml"),
    include_str!("../../../../samples/households/hh-108.toml"),
    include_str!("../../../../samples/households/hh-109.toml"),
    include_str!("../../../../samples/households/hh-110.toml"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BankFile {
    refused: Vec<Refused>,
}

/// The whole cast, as the player takes it.
pub(super) fn script() -> Result<Script, CliError> {
    let bank: BankFile = toml::from_str(BANK).map_err(|error| FlowError::Invalid(error.to_string()))?;
    let Document::Municipality(municipality) = intake::read(MUNICIPALITY)? else {
        return Err(CliError::Words("samples/municipality.toml holds no municipality".to_owned()));
    };
    let household = |text: &&str| match intake::read(text)? {
        Document::Household(file) => Ok(*file),
        Document::Municipality(_) | Document::Policy(_) => {
            Err(CliError::Words("a household file holds no household".to_owned()))
        }
    };
    Ok(Script {
        municipality: *municipality,
        policy: DEFAULT_POLICY.to_owned(),
        opening: Money::from_cents(150_000_00),
        households: HOUSEHOLDS.iter().map(household).collect::<Result<_, CliError>>()?,
        refused: bank.refused,
    })
}

/// Where to look, and who to be.
pub(super) fn invitation(address: SocketAddr, folder: &Path) -> String {
    let mut text = format!("Open http://{address}/ and sign in; the password of everybody is {PASSWORD}\n");
    for (name, role) in PEOPLE {
        writeln!(text, "  {name:<10} {}", role.code()).expect("writing to a string succeeds");
    }
    let work =
        format!("grip run --database sqlite://{0}/grip.db --outbox {0}/betaalbestanden", folder.display());
    writeln!(text, "For a payment run to approve: {work} --date 2026-09-23")
        .expect("writing to a string succeeds");
    text.push_str("Stop with Ctrl-C.");
    text
}
