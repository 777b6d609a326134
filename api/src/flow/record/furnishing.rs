//! A furnishing credit: what a decision leaves to the policy is filled in before it is kept, and what the payments do not
//! allow is refused.

use chrono::NaiveDate;
use grip_engine::bank::state::PaymentState;
use grip_engine::furnishing::Credit;
use grip_engine::furnishing::evidence::{Evidence, LineState, Way};
use grip_engine::furnishing::standing::{Gate, Standing};
use grip_engine::furnishing::tranche::{Payouts, Route};
use grip_engine::id::{HouseholdId, PaymentId};
use grip_engine::money::{Money, Round};
use grip_engine::policy::FurnishingPolicy;
use grip_engine::withhold::balance;
use rust_decimal::Decimal;

use crate::flow::planning::{self, Rules};
use crate::flow::{FlowError, cancel};
use crate::intake::event::{CreditIn, CreditReturnedIn, LineIn, SupplierInvoiceIn, TrancheIn, TrancheWordIn};
use crate::intake::fold::Folded;
use crate::intake::fold::credit::too_much;
use crate::intake::value::{amount, day, share};
use crate::intake::{EventIn, IntakeError};
use crate::store::household::HouseholdFile;
use crate::store::{Change, Scope, Snapshot, StoreError, credit, evidence_file, payment};

/// True for an event that may leave something to the policy or to what was paid.
pub(super) fn leaves_open(event: &EventIn) -> bool {
    let EventIn { credit, carry_forward_waived, deduction, evidence, credit_returned, .. } = event;
    credit.is_some()
        || carry_forward_waived.is_some()
        || deduction.as_ref().is_some_and(|deduction| deduction.credit.is_some())
        || evidence.is_some()
        || credit_returned.as_ref().is_some_and(is_by_supplier)
}

fn is_by_supplier(back: &CreditReturnedIn) -> bool {
    back.by.as_deref() == Some("supplier")
}

/// The event with what it leaves to the policy or to what was paid: amounts and tranches of a credit, the principal of
/// its repayment, how much is waived. What is kept says everything, whatever the policy becomes.
pub(in crate::flow) async fn completed(
    at: &mut Snapshot,
    rules: &Rules,
    file: &HouseholdFile,
    event: &EventIn,
) -> Result<Box<EventIn>, FlowError> {
    let mut whole = Box::new(event.clone());
    let on = day("on", &event.on)?;
    if let Some(evidence) = whole.evidence.as_mut() {
        if evidence.elsewhere.is_some() {
            return Err(wrong(
                "whether another household showed it is looked up: leave `elsewhere` out".to_owned(),
                "of een ander huishouden het toonde, wordt opgezocht: laat `elsewhere` weg".to_owned(),
            ));
        }
        evidence.elsewhere =
            files(at, file.household.id, evidence.file.as_deref().unwrap_or_default()).await?;
    }
    if let Some(back) = whole.credit_returned.as_mut().filter(|back| is_by_supplier(back)) {
        let known = known(at, rules, file, (&back.credit, on)).await?;
        known.complete_credit_note(back)?;
    }
    if let Some(credit) = &mut whole.credit {
        complete_credit(credit, &rules.policy_on(on).furnishing, file, on)?;
    }
    if let Some(waiver) = whole.carry_forward_waived.as_mut().filter(|waiver| waiver.amount.is_none()) {
        let known = known(at, rules, file, (&waiver.credit, on)).await?;
        waiver.amount = Some(known.lowered_by(waiver.tranche)?.to_string());
    }
    if let Some((deduction, reference)) = whole
        .deduction
        .as_mut()
        .and_then(|deduction| deduction.credit.clone().map(|reference| (deduction, reference)))
    {
        let known = known(at, rules, file, (&reference, on)).await?;
        let repaid = repaid(at, rules, file, (known.credit, on)).await?;
        let principal = (known.standing.principal - repaid).or_zero();
        if known.credit.settled.is_none() || !principal.is_positive() {
            return Err(wrong(
                format!(
                    "credit `{reference}` has no principal to repay: settle it first (its principal is {principal})"
                ),
                format!(
                    "van krediet `{reference}` is geen hoofdsom af te lossen: reken het eerst af (de hoofdsom is {principal})"
                ),
            ));
        }
        let asked = deduction.total.as_deref().map(|text| amount("total", text)).transpose()?;
        if asked.is_some_and(|asked| principal < asked) {
            return Err(wrong(
                format!("`total` is more than is left of the principal of credit `{reference}`, {principal}"),
                format!(
                    "`total` is meer dan er over is van de hoofdsom van krediet `{reference}`, {principal}"
                ),
            ));
        }
        deduction.total.get_or_insert(principal.to_string());
    }
    Ok(whole)
}

/// Refuses a file that was not handed in for the household; says whether another household handed in one of them.
async fn files(
    at: &mut Snapshot,
    household: HouseholdId,
    hashes: &[String],
) -> Result<Option<bool>, FlowError> {
    let known = evidence_file::list(at, household).await?;
    let mut elsewhere = None;
    for hash in hashes {
        if !known.iter().any(|row| row.sha256.eq_ignore_ascii_case(hash)) {
            return Err(wrong(
                format!("file `{hash}` was not handed in for this household: hand it in first"),
                format!("bestand `{hash}` is niet bij dit huishouden ingeleverd: lever het eerst in"),
            ));
        }
        if evidence_file::is_anothers(at, household, hash).await? {
            elsewhere = Some(true);
        }
    }
    Ok(elsewhere)
}

fn complete_credit(
    credit: &mut CreditIn,
    policy: &FurnishingPolicy,
    file: &HouseholdFile,
    on: NaiveDate,
) -> Result<(), FlowError> {
    let decided = match &credit.amount {
        Some(text) => amount("amount", text)?,
        None => policy.norm.of(file.household.type_on(on)),
    };
    credit.amount = Some(decided.to_string());
    let by_policy = || {
        let part = |share: &Decimal| TrancheIn {
            amount: None,
            share: Some(share.to_string()),
            budget: None,
            opens: None,
            not_before: None,
            evidence_until: None,
            paid: None,
        };
        policy.tranches.iter().map(part).collect()
    };
    let tranches = credit.tranche.get_or_insert_with(by_policy);
    let mut left = decided;
    let last = tranches.len().saturating_sub(1);
    let are_shares = tranches.iter().all(|tranche| tranche.amount.is_none() && tranche.share.is_some());
    for (place, tranche) in tranches.iter_mut().enumerate() {
        let part = match (&tranche.amount, &tranche.share) {
            (Some(text), None) => amount("amount", text)?,
            // the odd cents are in the last
            (None, Some(text)) => {
                let part = decided.share(share("share", text)?, Round::Down);
                if are_shares && place == last && left - part < Money::from_cents(100) { left } else { part }
            }
            _ => {
                return Err(wrong(
                    "give each tranche an `amount` or a `share`".to_owned(),
                    "geef elk deel een bedrag (`amount`) of een deel van het geheel (`share`)".to_owned(),
                ));
            }
        };
        left -= part;
        tranche.amount = Some(part.to_string());
    }
    Ok(())
}

/// A credit as it stands.
struct Known<'a> {
    credit: &'a Credit,
    payouts: Payouts,
    standing: Standing,
}

async fn known<'a>(
    at: &mut Snapshot,
    rules: &Rules,
    file: &'a HouseholdFile,
    (reference, on): (&str, NaiveDate),
) -> Result<Known<'a>, FlowError> {
    let credit = file.credits.iter().find(|credit| credit.reference == reference);
    let credit = credit.ok_or_else(|| FlowError::NotFound { what: "credit", id: reference.to_owned() })?;
    let id = file.household.id;
    let payouts = credit::payouts(at, Scope::One(id.0)).await?.remove(&id).unwrap_or_default();
    let standing = credit.standing(&payouts, &rules.policy_on(on).furnishing, on);
    Ok(Known { credit, payouts, standing })
}

/// Refuses what the payments of a credit do not allow, and takes back a payment that is undone. `file` is the household
/// as it was, `folded` as it becomes.
pub(super) async fn check(
    change: &mut Change,
    file: &HouseholdFile,
    folded: &Folded,
    event: &EventIn,
) -> Result<(), FlowError> {
    let Some(reference) = credit_of(event) else {
        return match &event.early_repayment {
            Some(repayment) => early(change, file, (&repayment.deduction, &repayment.amount)).await,
            None => Ok(()),
        };
    };
    let rules = planning::rules(change).await?;
    let today = change.grant().today();
    let known = known(change, &rules, file, (reference, today)).await?;
    if let Some(invoice) = &event.supplier_invoice {
        known.takes(invoice.tranche, total(&invoice.line)?)?;
        let policy = &rules.policy_on(today).furnishing;
        within_budget(folded, invoice, policy)?;
    }
    if let Some(goods) = &event.in_kind {
        known.opens(goods.tranche)?;
        known.takes(goods.tranche, total(&goods.line)?)?;
    }
    if let Some(back) = &event.credit_returned {
        known.comes_back(back)?;
    }
    if let Some(waiver) = &event.carry_forward_waived {
        let (asked, most) = (waiver.amount.as_deref(), known.lowered_by(waiver.tranche)?);
        let asked = asked.map(|text| amount("amount", text)).transpose()?.unwrap_or(most);
        if most < asked {
            return Err(wrong(
                format!("`amount` is {asked}, and tranche {} is lowered by {most}", waiver.tranche),
                format!("`amount` is {asked}, en deel {} wordt met {most} verlaagd", waiver.tranche),
            ));
        }
    }
    if let Some(conversion) = event.credit_converted.as_ref().filter(|conversion| conversion.to == "gift")
        && known.credit.settled.is_some()
    {
        let repaid = repaid(change, &rules, file, (known.credit, today)).await?;
        let (asked, left) =
            (amount("amount", &conversion.amount)?, (known.standing.principal - repaid).or_zero());
        if left < asked {
            return Err(too_much(asked, left).into());
        }
    }
    if let Some(word) = &event.tranche_opened {
        known.not_released(word.tranche)?;
    }
    if let Some(withdrawn) = &event.evidence_withdrawn {
        known.not_paid(&withdrawn.evidence)?;
    }
    if let Some(settled) = &event.credit_settled {
        known.can_be_settled(settled.unspent == "returned")?;
    }
    if let Some(word) = &event.tranche_undone {
        undo(change, file.household.id, &known, word).await?;
    }
    Ok(())
}

/// The credit of which an event needs to know the payments.
fn credit_of(event: &EventIn) -> Option<&str> {
    let EventIn { supplier_invoice, in_kind, credit_returned, tranche_opened, .. } = event;
    let EventIn { tranche_undone, evidence_withdrawn, credit_settled, .. } = event;
    let EventIn { carry_forward_waived, credit_converted, .. } = event;
    let of = [
        supplier_invoice.as_ref().map(|part| &part.credit),
        in_kind.as_ref().map(|part| &part.credit),
        credit_returned.as_ref().map(|part| &part.credit),
        tranche_opened.as_ref().map(|part| &part.credit),
        tranche_undone.as_ref().map(|part| &part.credit),
        evidence_withdrawn.as_ref().map(|part| &part.credit),
        credit_settled.as_ref().map(|part| &part.credit),
        carry_forward_waived.as_ref().map(|part| &part.credit),
        credit_converted.as_ref().map(|part| &part.credit),
    ];
    of.into_iter().flatten().next().map(String::as_str)
}

fn total(lines: &[LineIn]) -> Result<Money, IntakeError> {
    lines.iter().map(|line| amount("amount", &line.amount)).sum::<Result<Money, _>>()
}

/// What of a credit was repaid: withheld, or paid beside that.
async fn repaid(
    at: &mut Snapshot,
    rules: &Rules,
    file: &HouseholdFile,
    (credit, on): (&Credit, NaiveDate),
) -> Result<Money, FlowError> {
    let dossier = planning::dossier(at, file.household.id).await?.ok_or(StoreError::Missing)?;
    let of_credit =
        file.household.deductions.iter().filter(|known| credit.repaid_by.contains(&known.reference));
    let taken = dossier.taken(rules, on);
    let withheld: Money = of_credit.map(|deduction| balance(deduction, &taken).taken).sum();
    Ok(withheld + credit.repaid_early)
}

impl Known<'_> {
    /// The invoice that a supplier paid back, where the tranche has one.
    fn complete_credit_note(&self, back: &mut CreditReturnedIn) -> Result<(), FlowError> {
        if back.invoice.is_some() {
            return Ok(());
        }
        let of_tranche = self.credit.evidence.iter().filter(|shown| {
            shown.tranche == back.tranche && shown.stands() && matches!(shown.way, Way::Supplier { .. })
        });
        let invoices: Vec<&str> = of_tranche.filter_map(|shown| shown.reference.as_deref()).collect();
        let [invoice] = invoices.as_slice() else {
            let (number, known) = (back.tranche, invoices.join(", "));
            return Err(wrong(
                format!("say in `invoice` which invoice of tranche {number} was paid back: {known}"),
                format!("zeg in `invoice` welke factuur van deel {number} is terugbetaald: {known}"),
            ));
        };
        back.invoice = Some((*invoice).to_owned());
        Ok(())
    }

    /// Not more comes back than was paid: of an invoice to its supplier, otherwise to the household.
    fn comes_back(&self, back: &CreditReturnedIn) -> Result<(), FlowError> {
        let asked = amount("amount", &back.amount)?;
        let number = back.tranche;
        let (most, of) = match back.invoice.as_deref().filter(|_| is_by_supplier(back)) {
            Some(invoice) => {
                let paid = self.credit.shown(invoice).and_then(|shown| self.payouts.get(&shown.id.into()));
                let paid = paid.filter(|payout| payout.stands()).map_or(Money::ZERO, |payout| payout.amount);
                ((paid - self.credit.credited(invoice)).or_zero(), format!(" `{invoice}`"))
            }
            None => (self.tranche(number)?.returnable, String::new()),
        };
        if most < asked {
            return Err(wrong(
                format!("`amount` is {asked}, and of tranche {number}{of} at most {most} can come back"),
                format!("`amount` is {asked}, en van deel {number}{of} kan hoogstens {most} terugkomen"),
            ));
        }
        Ok(())
    }

    fn tranche(&self, number: u32) -> Result<&grip_engine::furnishing::standing::TrancheStanding, FlowError> {
        let found = self.standing.tranches.iter().find(|tranche| tranche.number == number);
        found.ok_or_else(|| FlowError::NotFound {
            what: "tranche",
            id: format!("{} {number}", self.credit.reference),
        })
    }

    /// What an open tranche is lowered by: more cannot be waived, and nothing before it is open.
    fn lowered_by(&self, number: u32) -> Result<Money, FlowError> {
        match self.tranche(number)?.gate {
            Gate::Open { carried_forward, .. } if carried_forward.is_positive() => Ok(carried_forward),
            _ => Err(wrong(
                format!("nothing lowers tranche {number}: there is nothing to waive"),
                format!("deel {number} wordt nergens door verlaagd: er valt niets te laten gaan"),
            )),
        }
    }

    /// A tranche above the rest of the credit, or of itself, is refused.
    fn takes(&self, number: u32, asked: Money) -> Result<(), FlowError> {
        let left = self.tranche(number)?.left;
        if left < asked {
            return Err(wrong(
                format!("{asked} is more than the {left} that is left of tranche {number}"),
                format!("{asked} is meer dan de {left} die van deel {number} over is"),
            ));
        }
        Ok(())
    }

    fn opens(&self, number: u32) -> Result<(), FlowError> {
        match self.tranche(number)?.gate {
            Gate::Open { .. } => Ok(()),
            Gate::Released if self.credit.tranche(number).is_ok_and(|part| part.route == Route::InKind) => {
                Ok(())
            }
            _ => Err(wrong(
                format!("tranche {number} is not open: nothing can be handed over from it"),
                format!("deel {number} is niet open: er kan niets uit worden meegegeven"),
            )),
        }
    }

    fn not_released(&self, number: u32) -> Result<(), FlowError> {
        if self.tranche(number)?.gate == Gate::Released {
            return Err(wrong(
                format!("tranche {number} was released already"),
                format!("deel {number} is al vrijgegeven"),
            ));
        }
        Ok(())
    }

    /// Evidence of which the invoice was paid is not taken back: the supplier pays it back.
    fn not_paid(&self, reference: &str) -> Result<(), FlowError> {
        let shown = self.credit.shown(reference);
        let is_paid = |shown: &Evidence| {
            matches!(shown.way, Way::Supplier { .. })
                && self
                    .payouts
                    .get(&shown.id.into())
                    .is_some_and(grip_engine::furnishing::tranche::Payout::stands)
        };
        if shown.is_some_and(is_paid) {
            return Err(wrong(
                format!(
                    "invoice `{reference}` was paid or is on its way: it is not taken back, the supplier pays it back"
                ),
                format!(
                    "factuur `{reference}` is betaald of onderweg: die wordt niet ingetrokken, de leverancier betaalt terug"
                ),
            ));
        }
        Ok(())
    }

    fn can_be_settled(&self, is_returned: bool) -> Result<(), FlowError> {
        let standing = &self.standing;
        let came_back = standing.tranches.iter().any(|tranche| tranche.gate == Gate::CameBack);
        if standing.on_its_way.is_positive() || came_back || !standing.again.is_empty() {
            return Err(wrong(
                format!(
                    "a payment of credit `{}` is under way: settle it once the bank has shown it",
                    self.credit.reference
                ),
                format!(
                    "een betaling van krediet `{}` is onderweg: reken af als de bank die heeft geboekt",
                    self.credit.reference
                ),
            ));
        }
        let is_unpaid = |shown: &&Evidence| {
            matches!(shown.way, Way::Supplier { .. })
                && shown.stands()
                && !self.payouts.contains_key(&shown.id.into())
        };
        if let Some(unpaid) = self.credit.evidence.iter().find(is_unpaid) {
            let invoice = unpaid.reference.as_deref().unwrap_or_default();
            return Err(wrong(
                format!("invoice `{invoice}` is not paid: open its tranche, or withdraw the invoice"),
                format!("factuur `{invoice}` is niet betaald: zet het deel open, of trek de factuur in"),
            ));
        }
        let left = (standing.outstanding - standing.waived).or_zero();
        if !is_returned && standing.principal < left {
            return Err(wrong(
                format!(
                    "{left} is not accounted for, and of credit `{}` only {} is a loan: let it come back, or convert gift into \
                     loan",
                    self.credit.reference, standing.principal
                ),
                format!(
                    "{left} is niet verantwoord, en van krediet `{}` is maar {} een lening: laat het terugkomen, of zet gift \
                     om in lening",
                    self.credit.reference, standing.principal
                ),
            ));
        }
        if is_returned && left.is_positive() {
            return Err(wrong(
                format!(
                    "{left} is not accounted for and did not come back: choose `in_principal`, or wait for it"
                ),
                format!(
                    "{left} is niet verantwoord en niet terug: kies `in_principal`, of wacht tot het terug is"
                ),
            ));
        }
        Ok(())
    }
}

/// What goes above the budget is paid to a supplier only when the client agreed (ruling 36).
fn within_budget(
    folded: &Folded,
    invoice: &SupplierInvoiceIn,
    policy: &FurnishingPolicy,
) -> Result<(), FlowError> {
    let credit = folded.credits.iter().find(|credit| credit.reference == invoice.credit);
    let credit = credit.ok_or(StoreError::Missing)?;
    let place = credit.evidence.len().saturating_sub(1);
    let judged = credit.judged(policy);
    let of_invoice = || judged.iter().filter(|line| line.evidence == place);
    if of_invoice().any(|line| line.state == LineState::Duplicate) {
        return Err(wrong(
            format!("invoice `{}` was shown as a receipt: the household paid it already", invoice.reference),
            format!(
                "factuur `{}` is als bon getoond: het huishouden heeft die al betaald",
                invoice.reference
            ),
        ));
    }
    let above = of_invoice().find(|line| line.state != LineState::Eligible);
    match above {
        Some(line) if invoice.agreed.as_ref().is_none_or(|agreed| agreed.trim().is_empty()) => Err(wrong(
            format!(
                "{} for `{}` goes above the budget: say in `agreed` how the client agreed before it is paid",
                line.line.amount, line.line.category
            ),
            format!(
                "{} voor `{}` gaat boven het budget: zeg in `agreed` hoe de klant akkoord ging voor het wordt betaald",
                line.line.amount, line.line.category
            ),
        )),
        _ => Ok(()),
    }
}

/// Takes back the payment of one tranche, by its id: what was approved and not sent. What the bank has comes back by the
/// bank, or as money that is returned.
async fn undo(
    change: &mut Change,
    household: HouseholdId,
    known: &Known<'_>,
    word: &TrancheWordIn,
) -> Result<(), FlowError> {
    let tranche = known.credit.tranche(word.tranche);
    let tranche = tranche.map_err(|error| crate::intake::fold::credit::refused(&error))?;
    if !known.payouts.get(&tranche.id).is_some_and(grip_engine::furnishing::tranche::Payout::stands) {
        return Ok(());
    }
    let rows = payment::list(change, Scope::One(household.0)).await?;
    let is_it = |row: &&payment::PaymentRow| row.subject_id == tranche.id.0 && row.state == "approved";
    let Some(row) = rows.iter().find(is_it) else {
        return Err(wrong(
            format!("tranche {} was sent to the bank: it cannot be undone any more", word.tranche),
            format!("deel {} is al naar de bank: het kan niet meer ongedaan worden gemaakt", word.tranche),
        ));
    };
    let source = format!("deel {} ongedaan gemaakt", word.tranche);
    cancel::cancel(change, PaymentId(row.payment_id), PaymentState::Approved.code(), &source).await
}

async fn early(
    change: &mut Change,
    file: &HouseholdFile,
    (reference, text): (&str, &str),
) -> Result<(), FlowError> {
    let paid = amount("amount", text)?;
    let rules = planning::rules(change).await?;
    let dossier = planning::dossier(change, file.household.id).await?.ok_or(StoreError::Missing)?;
    let found = file.household.deductions.iter().find(|known| known.reference == reference);
    let taken = dossier.taken(&rules, change.grant().today());
    let left = found.and_then(|deduction| balance(deduction, &taken).left).unwrap_or_default();
    if left < paid { Err(too_much(paid, left).into()) } else { Ok(()) }
}

fn wrong(english: String, dutch: String) -> FlowError {
    IntakeError::new(english, dutch).into()
}
