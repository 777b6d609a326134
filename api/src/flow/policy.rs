//! The policy of the municipality: an administrator proposes it, another one approves it. Until then the old one
//! holds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use grip_engine::policy::{Policy, PolicyError};
use toml::Value;
use uuid::Uuid;

use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::store::municipality::{self, PolicyRow};
use crate::store::{Snapshot, Store, StoreError};

/// A policy with where it stands.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The policy.
    pub row: PolicyRow,
    /// Where it stands.
    pub state: PolicyState,
    /// True when it is the one that holds on the day that was asked for.
    pub in_force: bool,
    /// What it changes in the approved policy before it.
    pub changes: Vec<KeyChange>,
}

/// Where a policy stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyState {
    /// It waits for a second person.
    Proposed,
    /// It holds from its day on.
    Approved,
    /// It was taken back before anybody approved it.
    Withdrawn,
}

/// A key of a policy file with another value than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// The key, with those of its tables: `furnishing.line_tolerance`.
    pub key: String,
    /// Its value before; none for a new key.
    pub was: Option<String>,
    /// Its value; none for a key that is gone.
    pub becomes: Option<String>,
}

/// Every policy, newest first, as it stands on a day.
pub async fn list(at: &mut Snapshot, today: NaiveDate) -> Result<Vec<Listed>, FlowError> {
    let rows = municipality::policy_list(at).await?;
    let approved = || rows.iter().filter(|row| row.approved_by.is_some());
    let in_force = approved().find(|row| row.valid_from <= today).map(|row| row.policy_id);
    let listed = |row: &PolicyRow| {
        let before = approved().find(|other| other.valid_from < row.valid_from);
        let state = match (&row.approved_by, row.withdrawn_on) {
            (Some(_), _) => PolicyState::Approved,
            (None, None) => PolicyState::Proposed,
            (None, Some(_)) => PolicyState::Withdrawn,
        };
        let changes = before.map(|before| changes(&before.body, &row.body)).transpose()?.unwrap_or_default();
        Ok(Listed { row: row.clone(), state, in_force: in_force == Some(row.policy_id), changes })
    };
    rows.iter().map(listed).collect()
}

/// What a proposal would change in the approved policy before it; refused like the proposal itself.
pub async fn compare(at: &mut Snapshot, text: &str) -> Result<Vec<KeyChange>, FlowError> {
    let policy = Policy::parse(text)?;
    fits(at, &policy).await?;
    let rows = municipality::policy_list(at).await?;
    let mut approved = rows.iter().filter(|row| row.approved_by.is_some());
    let before = approved.find(|row| row.valid_from < policy.valid_from);
    Ok(before.map(|before| changes(&before.body, text)).transpose()?.unwrap_or_default())
}

/// The keys of which two policy files give another value.
fn changes(before: &str, now: &str) -> Result<Vec<KeyChange>, PolicyError> {
    let read = |text: &str| -> Result<BTreeMap<String, String>, PolicyError> {
        let table = text.parse::<toml::Table>().map_err(|error| PolicyError::Form(error.to_string()))?;
        let mut values = BTreeMap::new();
        flatten("", &Value::Table(table), &mut values);
        Ok(values)
    };
    let (before, now) = (read(before)?, read(now)?);
    let keys: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let change = |key: &String| KeyChange {
        key: key.clone(),
        was: before.get(key).cloned(),
        becomes: now.get(key).cloned(),
    };
    Ok(keys.into_iter().map(change).filter(|change| change.was != change.becomes).collect())
}

/// The values of a file by their whole key; a list of tables has a number in it: `approval.1.up_to`.
fn flatten(key: &str, value: &Value, values: &mut BTreeMap<String, String>) {
    let below = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
    match value {
        Value::Table(table) => {
            table.iter().for_each(|(name, value)| flatten(&below(name), value, values));
        }
        Value::Array(list) if list.iter().any(Value::is_table) => {
            for (place, value) in (1..).zip(list) {
                flatten(&below(&format!("{place}")), value, values);
            }
        }
        Value::Array(list) => {
            let words: Vec<String> = list.iter().map(plain).collect();
            values.insert(key.to_owned(), words.join(", "));
        }
        value => drop(values.insert(key.to_owned(), plain(value))),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Why a policy file cannot be used, in Dutch.
pub fn refusal(error: &PolicyError) -> String {
    match error {
        PolicyError::Form(text) => unreadable(text),
        PolicyError::Value { key: "approval", .. } => {
            "`approval` klopt niet: geef trappen met een oplopende grens, de laatste zonder grens, elk met genoeg \
             personen."
                .to_owned()
        }
        PolicyError::Value { key, text, .. } => {
            let want = match *key {
                "pay_day" => "`last banking day`, `day 23` of `day 15 of next month`",
                "priority" => "een volgorde waarin elke soort vaste last een keer staat",
                "repayment.share" => "een deel van ten hoogste 0.05",
                "furnishing.tranches" => "delen die samen een geheel zijn",
                "furnishing.conditions" => "`none`, `share`, `visit` of `share and visit`",
                key if key.starts_with("valid_") => "een dag zoals 2026-01-01",
                _ => "een waarde die hier kan",
            };
            format!("`{key}` is `{text}`. Dat kan niet: geef {want}.")
        }
        PolicyError::Ends { from, until } => {
            format!("Het beleid geldt vanaf {from} en eindigt eerder, op {until}.")
        }
        PolicyError::Gap { from, ends } => format!(
            "Het beleid geldt vanaf {from}, en het beleid ervoor eindigt op {ends}: laat geen dag zonder beleid."
        ),
    }
}

/// Why a file is no policy, from the words of the reader of TOML, which are English.
fn unreadable(text: &str) -> String {
    let line = text.split("at line ").nth(1).and_then(|rest| rest.split(',').next());
    let place = line.map(|line| format!(" (regel {line})")).unwrap_or_default();
    let reason = text.trim().lines().last().unwrap_or_default();
    let named = reason.split('`').nth(1).unwrap_or_default();
    if reason.starts_with("unknown field") {
        format!("De sleutel `{named}` bestaat niet{place}.")
    } else if reason.starts_with("missing field") {
        format!("De sleutel `{named}` ontbreekt{place}.")
    } else {
        format!("Het beleid is niet te lezen{place}: {reason}.")
    }
}

/// Proposes a policy: the whole text of its file. It is refused when it cannot be read, or would leave a day without
/// a policy.
pub async fn propose(store: &Store, grant: &Grant, text: &str) -> Result<Uuid, FlowError> {
    retry!(try_propose(store, grant, text))
}

async fn try_propose(store: &Store, grant: &Grant, text: &str) -> Result<Uuid, FlowError> {
    let policy = Policy::parse(text)?;
    let mut change = store.begin(grant, format!("policy from {}", policy.valid_from)).await?;
    fits(&mut change, &policy).await?;
    let id = change.new_id();
    municipality::add_policy(&mut change, id, policy.valid_from, text, None).await?;
    change.commit().await?;
    Ok(id)
}

/// Approves a proposed policy, as the second person.
pub async fn approve(store: &Store, grant: &Grant, id: Uuid) -> Result<(), FlowError> {
    retry!(try_approve(store, grant, id))
}

async fn try_approve(store: &Store, grant: &Grant, id: Uuid) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("policy {id}")).await?;
    let proposed = get(&mut change, id).await?;
    if proposed.proposed_by == grant.who() {
        return Err(grip_engine::bank::payment_run::ApprovalError::SamePerson.into());
    }
    let policy = Policy::parse(&proposed.body)?;
    fits(&mut change, &policy).await?;
    let approved = municipality::approve_policy(&mut change, id).await.map_err(|error| match error {
        StoreError::Exists => FlowError::Exists { what: "policy from", id: proposed.valid_from.to_string() },
        error => error.into(),
    })?;
    if !approved {
        return Err(FlowError::AlreadyApproved);
    }
    Ok(change.commit().await?)
}

/// Withdraws a proposed policy.
pub async fn withdraw(store: &Store, grant: &Grant, id: Uuid) -> Result<(), FlowError> {
    let mut change = store.begin(grant, format!("policy {id}")).await?;
    get(&mut change, id).await?;
    if !municipality::withdraw_policy(&mut change, id).await? {
        return Err(FlowError::AlreadyApproved);
    }
    Ok(change.commit().await?)
}

/// A policy by its id.
pub async fn get(at: &mut Snapshot, id: Uuid) -> Result<PolicyRow, FlowError> {
    let all = municipality::policy_list(at).await?;
    let found = all.into_iter().find(|policy| policy.policy_id == id);
    found.ok_or_else(|| FlowError::NotFound { what: "policy", id: id.to_string() })
}

/// A policy takes its place among the approved ones: from another day than any of them, without a gap before it.
async fn fits(at: &mut Snapshot, policy: &Policy) -> Result<(), FlowError> {
    let texts = municipality::policies(at).await?;
    let approved = texts.iter().map(|text| Policy::parse(text)).collect::<Result<Vec<_>, _>>()?;
    if approved.iter().any(|known| known.valid_from == policy.valid_from) {
        return Err(FlowError::Exists { what: "policy from", id: policy.valid_from.to_string() });
    }
    let before = approved.iter().rfind(|known| known.valid_from < policy.valid_from);
    if let Some(before) = before {
        policy.follows(before)?;
    }
    if let Some(after) = approved.iter().find(|known| policy.valid_from < known.valid_from) {
        after.follows(policy)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = include_str!("../../../samples/policy.toml");

    #[test]
    fn what_changes_is_told_key_by_key() {
        let more =
            "\ncut_off_days = 3\n[living_money_floor]\nsingle = \"310.00\"\n[[approval]]\npersons = 2\n";
        let now = Policy::merged(DEFAULT, more).expect("a policy");
        let changes = changes(DEFAULT, &now).expect("two files");
        let told = |change: &KeyChange| {
            let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
            format!("{}: {} > {}", change.key, word(&change.was), word(&change.becomes))
        };
        let told: Vec<String> = changes.iter().map(told).collect();
        assert_eq!(
            told,
            [
                "approval.1.names:  > -",
                "approval.1.persons: 1 > 2",
                "approval.1.substitutes:  > -",
                "approval.1.up_to: 500000.00 > -",
                "approval.2.names:  > -",
                "approval.2.persons: 2 > -",
                "approval.2.substitutes:  > -",
                "cut_off_days: 5 > 3",
                "living_money_floor.single: 300.00 > 310.00",
            ]
        );
    }

    #[test]
    fn a_refusal_names_the_key_and_the_value() {
        let refused = |changes: &str| refusal(&Policy::parse_with(DEFAULT, changes).expect_err("no policy"));
        assert!(refused("pay_day = \"day 32\"").starts_with("`pay_day` is `day 32`. Dat kan niet: geef"));
        assert!(refused("mayor = 1").starts_with("De sleutel `mayor` bestaat niet (regel"));
        assert_eq!(refusal(&Policy::parse("=").expect_err("no TOML")).lines().count(), 1);
        let without = DEFAULT.replace("cut_off_days = 5\n", "");
        let missing = refusal(&Policy::parse(&without).expect_err("a key is missing"));
        assert!(missing.starts_with("De sleutel `cut_off_days` ontbreekt"), "{missing}");
    }
}
