//! Recording a fact about a household: what contradicts itself is refused, and then nothing is kept.

use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::payment_run::{Subject, hex};
use grip_engine::calendar::Month;
use grip_engine::household::Household;
use grip_engine::household::member::{Member, MemberRole};
use grip_engine::household::right::RightEnd;
use grip_engine::id::{HouseholdId, MemberId, ObligationId, PayeeId};
use grip_engine::obligation::Obligation;
use grip_engine::schedule;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::payees::AccountGiven;
use super::{FlowError, cancel, payees, planning, rebook};
use crate::auth::grant::NotAllowed;
use crate::intake::event::{LineDecisionIn, PayeeAccountIn};
use crate::intake::fold::{Fact, Folded, Payees, member_of, obligation_of};
use crate::intake::value::{day, iban, month, name};
use crate::intake::{EventIn, IntakeError, MemberIn, ObligationIn};
use crate::store::household::{self, HouseholdFile, NewFact};
use crate::store::plan::Released;
use crate::store::{Change, Scope, StoreError, payment};

pub(in crate::flow) mod arrears;
mod cash;
pub(in crate::flow) mod furnishing;

/// Whether a fact was new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It was kept now.
    New,
    /// It had been kept before.
    Known,
}

/// How a decision is kept whose reference is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnKnownReference {
    /// It is refused: a reference names one decision.
    Refuse,
    /// It takes the place of the earlier version: the benefit system sent it again.
    Replace,
}

/// Records an event of a household. `number` tells it from equal events of one file.
pub(in crate::flow) async fn event(
    change: &mut Change,
    id: HouseholdId,
    event: &EventIn,
    number: usize,
    on_known: OnKnownReference,
) -> Result<Kept, FlowError> {
    // a coach records what was bought; what a household gets and owes is the officer's
    if change.grant().action() == Action::RecordCoaching && !is_for_a_coach(event) {
        return Err(FlowError::NotAllowed(NotAllowed));
    }
    let file = household::file(change, id).await?;
    let file = file.ok_or_else(|| FlowError::NotFound { what: "household", id: id.to_string() })?;
    let payees = household::payee_names(change).await?;
    let fact_id = change.new_id();
    let kind = kind_of(event)?;
    let mut whole: Option<Box<EventIn>> = None;
    if furnishing::leaves_open(event) {
        let rules = planning::rules(change).await?;
        whole = Some(Box::pin(furnishing::completed(change, &rules, &file, event)).await?);
    }
    let event = whole.as_deref().unwrap_or(event);
    let earlier = earlier_version(change, id, (kind, event), on_known).await?;
    if earlier.as_ref().is_some_and(|(_, said)| says_the_same(said, event)) {
        return Ok(Kept::Known);
    }
    let versions = earlier.map_or(0, |(version, _)| version);
    // a version that says what an older one said, after another one between them, is a version of its own
    let number = number + usize::try_from(versions).unwrap_or(0);
    let body = serde_json::to_string(event)
        .map_err(|error| StoreError::Meaning { what: kind, text: error.to_string() })?;
    let new = NewFact {
        id: fact_id,
        kind,
        reference: event.reference(),
        version: versions + 1,
        hash: event_hash(event, number),
        body,
    };
    refuse_known(change, id, &new, on_known).await?;
    // where it exists now, somebody recorded for this household at the same time: it is looked at again
    if !household::add_fact(change, id, &new).await? {
        return Ok(Kept::Known);
    }
    day("on", &event.on)?;
    let mut folded = file.folded();
    folded.add(Fact { id: fact_id, event }, &payees)?;
    Box::pin(beside(change, &file, &folded, event, &payees)).await?;
    if let Some(file) = &event.paid_in_cash {
        cash::hand_out(change, id, fact_id, file).await?;
    }
    Ok(Kept::New)
}

/// What a coach sees and records: what was bought, what was delivered, what stands in the home. What a household gets and
/// owes is the officer's.
fn is_for_a_coach(event: &EventIn) -> bool {
    let EventIn { evidence, evidence_withdrawn, home_visit, delivery, .. } = event;
    evidence.is_some() || evidence_withdrawn.is_some() || home_visit.is_some() || delivery.is_some()
}

/// The one thing an event says.
fn kind_of(event: &EventIn) -> Result<&'static str, FlowError> {
    match event.kinds().as_slice() {
        [kind] => Ok(kind),
        [] => Err(IntakeError::new(
            format!("the event of `{}` says nothing", event.on),
            format!("de gebeurtenis van `{}` zegt niets", event.on),
        )
        .into()),
        kinds => Err(IntakeError::new(
            format!("the event of `{}` says more than one thing: {}", event.on, kinds.join(", ")),
            format!("de gebeurtenis van `{}` zegt meer dan een ding: {}", event.on, kinds.join(", ")),
        )
        .into()),
    }
}

/// Refuses a reference that another decision has.
async fn refuse_known(
    change: &mut Change,
    id: HouseholdId,
    new: &NewFact<'_>,
    on_known: OnKnownReference,
) -> Result<(), FlowError> {
    let (Some(reference), OnKnownReference::Refuse) = (new.reference, on_known) else { return Ok(()) };
    match household::newest(change, new.kind, reference).await? {
        Some(found) if found.household_id != id.0 || found.event_hash != new.hash => {
            Err(FlowError::Exists { what: "decision", id: reference.to_owned() })
        }
        _ => Ok(()),
    }
}

/// The newest version of a decision that may be sent again. It stays with its household.
async fn earlier_version(
    change: &mut Change,
    id: HouseholdId,
    (kind, event): (&str, &EventIn),
    on_known: OnKnownReference,
) -> Result<Option<(i64, EventIn)>, FlowError> {
    let (Some(reference), OnKnownReference::Replace) = (event.reference(), on_known) else { return Ok(None) };
    let Some(found) = household::newest(change, kind, reference).await? else { return Ok(None) };
    if found.household_id != id.0 {
        return Err(IntakeError::new(
            format!("{kind} `{reference}` was decided for another household"),
            format!("{kind} `{reference}` is een besluit over een ander huishouden"),
        )
        .into());
    }
    Ok(Some((found.version, found.event()?)))
}

/// True when two events say the same, whatever the day on which they were recorded.
fn says_the_same(known: &EventIn, new: &EventIn) -> bool {
    *known == EventIn { on: known.on.clone(), ..new.clone() }
}

/// A hash of what an event says, whatever keys later versions add, and its number among equal ones.
pub(in crate::flow) fn event_hash(event: &EventIn, number: usize) -> String {
    let mut said = serde_json::to_value(event).unwrap_or_default();
    without_nulls(&mut said);
    hex(&Sha256::digest(format!("{number} {said}").as_bytes()))
}

fn without_nulls(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(keys) => {
            keys.retain(|_, value| !value.is_null());
            keys.values_mut().for_each(without_nulls);
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

/// What an event does beside the facts of its household.
async fn beside(
    change: &mut Change,
    file: &HouseholdFile,
    folded: &Folded,
    event: &EventIn,
    payees: &Payees,
) -> Result<(), FlowError> {
    let id = file.household.id;
    if let Some(member) = &event.member_joined {
        joins(change, id, file, member).await?;
    }
    if let Some(payee) =
        event.deduction.as_ref().and_then(|deduction| payees.get(deduction.payee.as_deref()?))
    {
        is_not_the_clients(change, file, *payee).await?;
    }
    if let Some(new) = &event.obligation {
        owes(change, &file.folded(), new, payees).await?;
    }
    if let Some(account) = &event.member_account {
        let member = file.household.members.iter().find(|member| member.name == account.member);
        let member = member.map(|member| member.id).ok_or(StoreError::Missing)?;
        payees::record::of_member(change, file, member, &AccountGiven::try_from(account)?).await?;
    }
    if let Some(account) = &event.payee_account {
        payee_account(change, file, account, payees).await?;
    }
    if let Some(letter) = &event.amount_change {
        let (rules, dossier) = (planning::rules(change).await?, planning::dossier(change, id).await?);
        let dossier = dossier.ok_or(StoreError::Missing)?;
        let new = ObligationId(change.new_id());
        if let Some(due) = arrears::difference_due(new, &file.obligations, &dossier, &rules, letter)? {
            household::add_obligation(change, id, &due).await?;
        }
    }
    if let Some(decision) = event.pay_anyway.as_ref().or(event.pay_later.as_ref()) {
        can_be_decided(change, folded, decision).await?;
    }
    if let Some(decision) = &event.window_decision {
        let rules = planning::rules(change).await?;
        let known = &rules.policy_on(change.grant().today()).variant_reasons;
        if !known.contains(&decision.reason) {
            let known = known.join(", ");
            return Err(IntakeError::new(
                format!("`reason` is `{}`, which the policy does not name: {known}", decision.reason),
                format!("`reason` is `{}`, en het beleid noemt alleen: {known}", decision.reason),
            )
            .into());
        }
    }
    if let Some(cash) = &event.paid_in_cash {
        second_person(change, &cash.second_person)?;
    }
    if let Some(rebooking) = &event.rebooking {
        rebook::rebook(change, file, rebooking).await?;
    }
    if let Some(invoice) = event.supplier_invoice.as_ref().and_then(|invoice| payees.get(&invoice.payee)) {
        is_not_the_clients(change, file, *invoice).await?;
    }
    furnishing::check(change, file, folded, event).await?;
    let has_ended = event.benefit_end.is_some() || event.death.is_some();
    if has_ended || ends_sooner(change, &file.household, &folded.household).await? {
        let ended = folded.household.right_end().unwrap_or(RightEnd::Other);
        cancel::after_the_right(change, &folded.household, ended).await?;
    }
    Ok(())
}

/// True when the right now ends before the last day of the months that may be approved, and lasted longer before.
async fn ends_sooner(change: &mut Change, before: &Household, after: &Household) -> Result<bool, FlowError> {
    let (before, after) = (lasts_until(before), lasts_until(after));
    if before <= after {
        return Ok(false);
    }
    let rules = planning::rules(change).await?;
    Ok(after < Some(planning::last_month(&rules, change.grant().today()).last_day()))
}

/// The last day of the right, the end of days while it goes on; `None` when there is no right.
fn lasts_until(household: &Household) -> Option<NaiveDate> {
    household.rights().last().map(|right| right.period.until().unwrap_or(NaiveDate::MAX))
}

/// Somebody else than the one who records it.
fn second_person(change: &Change, name: &str) -> Result<(), FlowError> {
    if name == change.grant().who() || name.trim().is_empty() {
        return Err(IntakeError::new(
            "cash is handed out by two",
            "contant geld wordt door twee mensen uitgegeven",
        )
        .into());
    }
    Ok(())
}

async fn joins(
    change: &mut Change,
    id: HouseholdId,
    file: &HouseholdFile,
    member: &MemberIn,
) -> Result<(), FlowError> {
    let added = member_of(MemberId(change.new_id()), member)?;
    if added.role == MemberRole::Applicant {
        return Err(IntakeError::new(
            format!("`{}` cannot join as applicant: a household has one, and who joins is partner or child", added.name),
            format!("`{}` kan er niet als aanvrager bij: een huishouden heeft er een, en wie erbij komt is partner of kind", added.name),
        )
        .into());
    }
    let is_second = added.role != MemberRole::Child
        && 1 < file.household.adults_on(added.present_from.unwrap_or(change.grant().today())).count();
    if is_second || file.household.members.iter().any(|known| known.name == added.name) {
        return Err(IntakeError::new(
            format!("`{}` cannot join: the household has that name, or two adults, already", added.name),
            format!("`{}` kan er niet bij: deze naam of een tweede volwassene is er al", added.name),
        )
        .into());
    }
    household::add_member(change, id, &added).await?;
    bring_account(change, id, &added).await
}

/// Records the account that a new member brings.
pub(in crate::flow) async fn bring_account(
    change: &mut Change,
    id: HouseholdId,
    member: &Member,
) -> Result<(), FlowError> {
    let Some(account) = &member.account else { return Ok(()) };
    let file = household::file(change, id).await?.ok_or(StoreError::Missing)?;
    payees::record::of_new_member(change, &file, member.id, account).await
}

/// What is withheld is never paid on the client's own account.
async fn is_not_the_clients(
    change: &mut Change,
    file: &HouseholdFile,
    payee: PayeeId,
) -> Result<(), FlowError> {
    let known = household::payees(change).await?;
    let mut versions = known.get(&payee).into_iter().flat_map(|payee| payee.accounts.versions());
    if versions.any(|version| payees::record::is_of_a_member(file, &version.iban)) {
        return Err(payees::record::clients_own().into());
    }
    Ok(())
}

/// Adds an obligation of a household, if its payee is not the client.
pub(in crate::flow) async fn owes(
    change: &mut Change,
    folded: &Folded,
    file: &ObligationIn,
    payees: &Payees,
) -> Result<Obligation, FlowError> {
    let obligation = obligation_of(ObligationId(change.new_id()), file, folded, payees)?;
    household::add_obligation(change, folded.household.id, &obligation).await?;
    let known = household::payees(change).await?;
    let versions = known.get(&obligation.payee).into_iter().flat_map(|payee| payee.accounts.versions());
    for version in versions {
        payees::record::is_nobody_elses(change, version.creditor, &version.iban).await?;
    }
    Ok(obligation)
}

/// Records a new account of a payee, which waits for a second person. It is not the client's own.
async fn payee_account(
    change: &mut Change,
    file: &HouseholdFile,
    new: &PayeeAccountIn,
    payees: &Payees,
) -> Result<(), FlowError> {
    let payee: PayeeId = *payees
        .get(&name("payee", &new.payee)?)
        .ok_or_else(|| FlowError::NotFound { what: "payee", id: new.payee.clone() })?;
    if payees::record::is_of_a_member(file, &iban(&new.iban)?) {
        return Err(payees::record::clients_own().into());
    }
    payees::record::of_payee(change, payee, &AccountGiven::try_from(new)?).await.map(drop)
}

/// A due can be decided about while its month is not released; an earlier one that the month pays after all must
/// not have been paid.
async fn can_be_decided(
    change: &mut Change,
    folded: &Folded,
    file: &LineDecisionIn,
) -> Result<(), FlowError> {
    let of_month = month("month", &file.month)?;
    let rules = planning::rules(change).await?;
    let released = crate::store::plan::released(change, Scope::One(folded.household.id.0)).await?;
    let of_household = released.get(&folded.household.id).map(Vec::as_slice).unwrap_or_default();
    if of_household.iter().any(|plan| plan.month == of_month && plan.stands) {
        return Err(IntakeError::new(
            format!("the plan of {of_month} was released already: nothing waits for a decision"),
            format!("het plan van {of_month} is al vrijgegeven: er wacht niets meer op een besluit"),
        )
        .into());
    }
    let earlier = file.period.as_deref().map(|text| month("period", text)).transpose()?;
    if let Some(period) = earlier {
        not_paid_yet(change, folded, (file, period), of_household).await?;
    }
    let dues = schedule::dues(&folded.obligations, of_month, |month| rules.policy_of(month));
    let is_due = dues.iter().any(|due| {
        let obligation = folded.obligations.iter().find(|known| known.id == due.obligation);
        obligation.is_some_and(|known| known.reference == file.obligation)
    });
    if earlier.is_none() && !is_due {
        return Err(IntakeError::new(
            format!("the benefit of {of_month} pays no due of `{}`", file.obligation),
            format!("de uitkering van {of_month} betaalt niets van `{}`", file.obligation),
        )
        .into());
    }
    Ok(())
}

/// A due that a month pays by decision is due, and nobody paid it or is about to: one due is paid once.
async fn not_paid_yet(
    change: &mut Change,
    folded: &Folded,
    (file, period): (&LineDecisionIn, Month),
    released: &[Released],
) -> Result<(), FlowError> {
    let wrong = |english: String, dutch: String| Err(IntakeError::new(english, dutch).into());
    let reference = &file.obligation;
    let known = folded.obligations.iter().find(|known| known.reference == *reference);
    let Some(owed) = known.filter(|known| known.due_in(period).is_some()) else {
        return wrong(
            format!("nothing of `{reference}` is due in {period}"),
            format!("van `{reference}` vervalt niets in {period}"),
        );
    };
    let household = &folded.household;
    let attempted = payment::attempted(change, Scope::One(household.id.0)).await?;
    let subject = Subject::FixedCost(owed.id, period);
    let is_attempted = attempted.get(&household.id).is_some_and(|tried| tried.contains(&subject));
    let is_released = released.iter().any(|plan| plan.stands && plan.sums.paid.contains(&(owed.id, period)));
    if is_attempted || is_released || household.was_paid_elsewhere(owed.id, period) {
        return wrong(
            format!("`{reference}` of {period} was paid already, or is on its way: one due is paid once"),
            format!(
                "`{reference}` van {period} is al betaald of onderweg: een rekening wordt een keer betaald"
            ),
        );
    }
    Ok(())
}

/// The id a row of a member or obligation gets is made here: nothing else in a file has one.
pub(in crate::flow) fn new_member(change: &Change, file: &MemberIn) -> Result<Member, FlowError> {
    let id: Uuid = change.new_id();
    Ok(member_of(id.into(), file)?)
}
