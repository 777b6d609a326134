//! Facts about a furnishing credit.

use chrono::NaiveDate;
use grip_engine::calendar::dutch_day;
use grip_engine::furnishing::evidence::{
    BudgetLine, Elsewhere, Evidence, EvidenceLine, Way, find_in_other_credits,
};
use grip_engine::furnishing::tranche::{Route, Tranche};
use grip_engine::furnishing::{
    Accepted, Conversion, Credit, CreditError, MoneyBack, Settlement, Unspent, Visit, Waiver, Word,
};
use grip_engine::id::{CreditId, TrancheId};
use grip_engine::money::Money;
use grip_engine::policy::Condition;

use super::{Fact, Folded, Payees, unknown};
use crate::id::part_of;
use crate::intake::event::{
    CreditConvertedIn, CreditIn, CreditReturnedIn, CreditSettledIn, EarlyRepaymentIn, EvidenceIn,
    HomeVisitIn, LineIn, TrancheIn, TrancheWordIn, WaiverIn,
};
use crate::intake::value::{amount, code, day, given, optional_day, reference, said, share};
use crate::intake::{EventIn, IntakeError};

/// The most tranches of a credit.
const TRANCHES_MAX: usize = 24;

impl Folded {
    pub(super) fn add_credit(&mut self, fact: Fact<'_>, payees: &Payees) -> Result<(), IntakeError> {
        let event = fact.event;
        let on = day("on", &event.on)?;
        if let Some(file) = &event.credit {
            self.credits.push(credit_of(fact, file, on)?);
        }
        if let Some(file) = &event.supplier_invoice {
            let payee = *payees.get(&file.payee).ok_or_else(|| unknown("payee", &file.payee))?;
            let way = Way::Supplier { payee, delivered: false };
            let shown = evidence(fact, (file.tranche, way), &file.line, on)?;
            let number = Some(reference("reference", &file.reference)?);
            let shop = Some(file.payee.clone());
            let shown = Evidence { reference: number.clone(), number, shop, ..shown };
            return self.credit_mut(&file.credit)?.show(shown).map_err(|error| refused(&error));
        }
        self.show(fact, on)?;
        self.decide_about_credit(event, on)?;
        if let Some(file) = &event.early_repayment {
            self.repaid_early(file)?;
        }
        Ok(())
    }

    fn credit_mut(&mut self, reference: &str) -> Result<&mut Credit, IntakeError> {
        let found = self.credits.iter_mut().find(|credit| credit.reference == reference);
        found.ok_or_else(|| unknown("credit", reference))
    }

    /// What is shown, taken back, delivered, handed over or seen.
    fn show(&mut self, fact: Fact<'_>, on: NaiveDate) -> Result<(), IntakeError> {
        let EventIn { evidence: bought, evidence_withdrawn, evidence_told_apart, evidence_accepted, .. } =
            fact.event;
        let EventIn { home_visit, delivery, in_kind, .. } = fact.event;
        let done = if let Some(file) = bought {
            let shown = bought_by_household(fact, file, on)?;
            self.credit_mut(&file.credit)?.show(shown)
        } else if let Some(file) = in_kind {
            let shown = evidence(fact, (file.tranche, Way::InKind), &file.line, on)?;
            let reference = Some(reference("reference", &file.reference)?);
            self.credit_mut(&file.credit)?.show(Evidence { reference, ..shown })
        } else if let Some(file) = evidence_withdrawn {
            said("reason", &file.reason)?;
            self.credit_mut(&file.credit)?.withdraw(&file.evidence, on)
        } else if let Some(file) = evidence_told_apart {
            said("reason", &file.reason)?;
            self.credit_mut(&file.credit)?.tell_apart(&file.evidence)
        } else if let Some(file) = delivery {
            said("note", &file.note)?;
            self.credit_mut(&file.credit)?.deliver(&file.invoice)
        } else if let Some(file) = evidence_accepted {
            let accepted = Accepted {
                tranche: file.tranche,
                category: said("category", &file.category)?,
                up_to: amount("up_to", &file.up_to)?,
                reason: said("reason", &file.reason)?,
            };
            self.credit_mut(&file.credit)?.accept(accepted)
        } else if let Some(file) = home_visit {
            let visit = visit(file, on)?;
            self.credit_mut(&file.credit)?.visit(visit)
        } else {
            return Ok(());
        };
        find_in_other_credits(&mut self.credits);
        done.map_err(|error| refused(&error))
    }

    /// What people decide about a credit.
    fn decide_about_credit(&mut self, event: &EventIn, on: NaiveDate) -> Result<(), IntakeError> {
        let EventIn { tranche_opened, tranche_undone, carry_forward_waived, .. } = event;
        let EventIn { credit_returned, credit_settled, credit_converted, .. } = event;
        let done = if let Some(file) = tranche_opened {
            let word = word(file, true)?;
            self.credit_mut(&file.credit)?.say(word)
        } else if let Some(file) = tranche_undone {
            let word = word(file, false)?;
            self.credit_mut(&file.credit)?.say(word)
        } else if let Some(file) = carry_forward_waived {
            let waiver = waiver(file)?;
            self.credit_mut(&file.credit)?.waive(waiver)
        } else if let Some(file) = credit_returned {
            let back = money_back(file, on)?;
            self.credit_mut(&file.credit)?.take_back(back)
        } else if let Some(file) = credit_settled {
            let settlement = settlement(file, on)?;
            self.credit_mut(&file.credit)?.settle(settlement)
        } else if let Some(file) = credit_converted {
            return self.convert(file);
        } else {
            return Ok(());
        };
        done.map_err(|error| refused(&error))
    }

    /// What becomes a gift is not repaid any more.
    fn convert(&mut self, file: &CreditConvertedIn) -> Result<(), IntakeError> {
        day("objection_until", &file.objection_until)?;
        said("legal_basis", &file.legal_basis)?;
        let to_gift = match file.to.as_str() {
            "gift" => Some(true),
            "loan" => Some(false),
            _ => None,
        };
        let conversion = Conversion {
            reference: file.reference.clone(),
            to_gift: code("to", &file.to, to_gift, "gift, loan")?,
            amount: amount("amount", &file.amount)?,
            ground: said("ground", &file.ground)?,
        };
        let (converted, to_gift) = (conversion.amount, conversion.to_gift);
        let credit = self.credit_mut(&file.credit)?;
        credit.convert(conversion).map_err(|error| refused(&error))?;
        let repaid_by = credit.repaid_by.last().cloned();
        let deduction =
            self.household.deductions.iter_mut().find(|known| Some(&known.reference) == repaid_by.as_ref());
        if let Some(deduction) = deduction {
            if to_gift {
                deduction.relieved += converted;
            } else {
                deduction.total = deduction.total.map(|total| total + converted);
            }
        }
        Ok(())
    }

    fn repaid_early(&mut self, file: &EarlyRepaymentIn) -> Result<(), IntakeError> {
        said("proof", &file.proof)?;
        let paid = amount("amount", &file.amount)?;
        let found = self.household.deductions.iter_mut().find(|known| known.reference == file.deduction);
        let deduction = found.ok_or_else(|| unknown("deduction", &file.deduction))?;
        let Some(total) = deduction.total else {
            return Err(IntakeError::new(
                format!("`{}` has no total: nothing can be repaid early", file.deduction),
                format!("`{}` heeft geen totaal: er is niets om eerder af te lossen", file.deduction),
            ));
        };
        if total < deduction.relieved + paid {
            return Err(too_much(paid, total - deduction.relieved));
        }
        deduction.relieved += paid;
        let of_credit = |credit: &&mut Credit| credit.repaid_by.contains(&file.deduction);
        if let Some(credit) = self.credits.iter_mut().find(of_credit) {
            credit.repaid_early += paid;
        }
        Ok(())
    }
}

/// More is repaid than is left.
pub(crate) fn too_much(paid: Money, left: Money) -> IntakeError {
    IntakeError::new(
        format!("`amount` is {paid}, and {left} is left to repay"),
        format!("`amount` is {paid}, en er is nog {left} af te lossen"),
    )
}

fn credit_of(fact: Fact<'_>, file: &CreditIn, on: NaiveDate) -> Result<Credit, IntakeError> {
    let parts = file.tranche.as_deref().unwrap_or_default();
    if parts.is_empty() || TRANCHES_MAX < parts.len() {
        return Err(IntakeError::new(
            format!("`tranche` has {} parts: give 1 to {TRANCHES_MAX}", parts.len()),
            format!("`tranche` heeft {} delen: geef er 1 tot {TRANCHES_MAX}", parts.len()),
        ));
    }
    let tranches = (1..).zip(parts).map(|(number, part)| tranche_of(fact, number, part));
    let credit = Credit {
        id: CreditId(fact.id),
        reference: file.reference.clone(),
        decided_on: on,
        amount: amount("amount", given("amount", file.amount.as_deref())?)?,
        gift: file.gift.as_deref().map(|text| amount("gift", text)).transpose()?.unwrap_or_default(),
        legal_basis: match &file.legal_basis {
            Some(text) => said("legal_basis", text)?,
            None => "Pw 51".to_owned(),
        },
        objection_until: optional_day("objection_until", file.objection_until.as_deref())?,
        ground: file.ground.as_deref().map(|text| said("ground", text)).transpose()?,
        buy_from: optional_day("buy_from", file.buy_from.as_deref())?.unwrap_or(on),
        buy_until: optional_day("buy_until", file.buy_until.as_deref())?,
        tranches: tranches.collect::<Result<_, _>>()?,
        evidence: Vec::new(),
        accepted: Vec::new(),
        visits: Vec::new(),
        words: Vec::new(),
        waivers: Vec::new(),
        returned: Vec::new(),
        conversions: Vec::new(),
        settled: None,
        repaid_by: Vec::new(),
        repaid_early: Money::ZERO,
    };
    if let Some(until) = credit.buy_until.filter(|until| *until < credit.buy_from) {
        return Err(before("buy_until", until, credit.buy_from));
    }
    if let Some(until) = credit.objection_until.filter(|until| *until < on) {
        return Err(before("objection_until", until, on));
    }
    credit.checked().map_err(|error| refused(&error))
}

fn before(key: &str, day: NaiveDate, first: NaiveDate) -> IntakeError {
    IntakeError::new(
        format!("`{key}` is {day}, before {first}"),
        format!("`{key}` is {day}, en dat is voor {first}"),
    )
}

fn tranche_of(fact: Fact<'_>, number: u32, file: &TrancheIn) -> Result<Tranche, IntakeError> {
    let route = file.paid.as_deref().unwrap_or("household");
    let routes = Route::ALL.map(Route::code).join(", ");
    let line = |(category, amount)| BudgetLine { category, amount };
    Ok(Tranche {
        id: TrancheId(part_of(fact.id, number)),
        number,
        amount: amount("amount", given("amount", file.amount.as_deref())?)?,
        budget: lines(file.budget.as_deref().unwrap_or_default())?.into_iter().map(line).collect(),
        route: code("paid", route, Route::from_code(route), &routes)?,
        opens: conditions(file)?,
        evidence_until: optional_day("evidence_until", file.evidence_until.as_deref())?,
    })
}

/// What a tranche waits for, where the decision says so; a day that is given alone is all that it waits for.
fn conditions(file: &TrancheIn) -> Result<Option<Vec<Condition>>, IntakeError> {
    let condition = |text: &String| {
        if let Some(("share", part)) = text.split_once(' ') {
            return Ok(Condition::Share(Some(share("opens", part)?)));
        }
        let known = match text.as_str() {
            "share" => Some(Condition::Share(None)),
            "visit" => Some(Condition::Visit),
            _ => None,
        };
        code("opens", text, known, "share, share 0.80, visit")
    };
    let opens = file.opens.as_ref().map(|all| all.iter().map(condition).collect::<Result<Vec<_>, _>>());
    let from = optional_day("not_before", file.not_before.as_deref())?.map(Condition::From);
    let opens = opens.transpose()?;
    if opens.is_none() && from.is_none() {
        return Ok(None);
    }
    Ok(Some(opens.unwrap_or_default().into_iter().chain(from).collect()))
}

fn lines(lines: &[LineIn]) -> Result<Vec<(String, Money)>, IntakeError> {
    let line = |line: &LineIn| {
        let category = said("category", &line.category)?;
        // `bed USD 20.00` is an amount in dollars, not a category
        let last = category.split_whitespace().next_back().unwrap_or_default();
        let is_code = last.len() == 3 && last.bytes().all(|byte| byte.is_ascii_uppercase()) && last != "EUR";
        if is_code || is_other_currency(last) || CURRENCIES.contains(&last.to_lowercase().as_str()) {
            return Err(only_euros("category", &category));
        }
        Ok((category, in_euros(&line.amount)?))
    };
    lines.iter().map(line).collect()
}

/// What people write behind an amount in the currencies they come from or shop in.
const CURRENCIES: [&str; 12] =
    ["usd", "gbp", "chf", "try", "uah", "pln", "syp", "dollar", "dollars", "pond", "lira", "kr"];

fn is_other_currency(text: &str) -> bool {
    text.contains(['$', '£', '¥', '₺', '₴', '₽', '₹'])
}

fn only_euros(key: &str, text: &str) -> IntakeError {
    IntakeError::new(
        format!("`{key}` is `{text}`: only euros count, so give what was paid in euros"),
        format!("`{key}` is `{text}`: alleen euro's tellen, dus geef wat in euro's is betaald"),
    )
}

/// An amount in euros. What was paid in another currency is counted as what the bank took for it in euros.
fn in_euros(text: &str) -> Result<Money, IntakeError> {
    if text.contains(char::is_alphabetic) || is_other_currency(text) {
        return Err(only_euros("amount", text));
    }
    amount("amount", text)
}

fn evidence(
    fact: Fact<'_>,
    (tranche, way): (u32, Way),
    of: &[LineIn],
    shown_on: NaiveDate,
) -> Result<Evidence, IntakeError> {
    let line = |(category, amount)| EvidenceLine { category, amount };
    let lines: Vec<EvidenceLine> = lines(of)?.into_iter().map(line).collect();
    if lines.is_empty() {
        return Err(IntakeError::new(
            "`line` is empty: give what was bought",
            "`line` is leeg: geef wat er is gekocht",
        ));
    }
    Ok(Evidence {
        id: fact.id,
        reference: None,
        tranche,
        way,
        shop: None,
        bought_on: None,
        number: None,
        files: Vec::new(),
        shown_on,
        elsewhere: None,
        told_apart: false,
        readable: true,
        withdrawn: None,
        lines,
    })
}

fn bought_by_household(fact: Fact<'_>, file: &EvidenceIn, on: NaiveDate) -> Result<Evidence, IntakeError> {
    let kind = file.kind.as_deref().unwrap_or("receipt");
    let way = match kind {
        "receipt" => Some(Way::Receipt),
        "declaration" => Some(Way::Declaration),
        _ => None,
    };
    let way = code("kind", kind, way, "receipt, declaration")?;
    let text = |key, text: &Option<String>| text.as_deref().map(|text| said(key, text)).transpose();
    let hash = |text: &String| {
        let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        code(
            "file",
            text,
            is_hash.then(|| text.to_ascii_lowercase()),
            "the SHA-256 of files that were handed in",
        )
    };
    Ok(Evidence {
        reference: file.reference.as_deref().map(|text| reference("reference", text)).transpose()?,
        shop: text("shop", &file.shop)?,
        bought_on: optional_day("bought_on", file.bought_on.as_deref())?,
        number: text("number", &file.number)?,
        files: file.file.iter().flatten().map(hash).collect::<Result<_, _>>()?,
        readable: !file.unreadable.unwrap_or(false),
        elsewhere: file.elsewhere.unwrap_or(false).then_some(Elsewhere::AnotherHousehold),
        ..evidence(fact, (file.tranche, way), &file.line, on)?
    })
}

fn visit(file: &HomeVisitIn, on: NaiveDate) -> Result<Visit, IntakeError> {
    let seen = file.seen.iter().flatten().map(|text| said("seen", text)).collect::<Result<_, _>>()?;
    let note = said("note", &file.note)?;
    Ok(Visit { on, tranche: file.tranche, confirmed: file.confirmed, seen, note })
}

fn word(file: &TrancheWordIn, opens: bool) -> Result<Word, IntakeError> {
    Ok(Word { tranche: file.tranche, opens, reason: said("reason", &file.reason)? })
}

fn waiver(file: &WaiverIn) -> Result<Waiver, IntakeError> {
    let waived = amount("amount", given("amount", file.amount.as_deref())?)?;
    Ok(Waiver { tranche: file.tranche, amount: waived, reason: said("reason", &file.reason)? })
}

fn money_back(file: &CreditReturnedIn, on: NaiveDate) -> Result<MoneyBack, IntakeError> {
    let by = file.by.as_deref().unwrap_or("household");
    let invoice = match by {
        "household" => Some(None),
        "supplier" => Some(Some(given("invoice", file.invoice.as_deref())?.to_owned())),
        _ => None,
    };
    Ok(MoneyBack {
        tranche: file.tranche,
        on,
        amount: amount("amount", &file.amount)?,
        invoice: code("by", by, invoice, "household, supplier")?,
        proof: said("proof", &file.proof)?,
    })
}

fn settlement(file: &CreditSettledIn, on: NaiveDate) -> Result<Settlement, IntakeError> {
    let unspent = match file.unspent.as_str() {
        "returned" => Some(Unspent::Returned),
        "in_principal" => Some(Unspent::InPrincipal),
        _ => None,
    };
    let unspent = code("unspent", &file.unspent, unspent, "returned, in_principal")?;
    Ok(Settlement { reference: file.reference.clone(), on, unspent })
}

/// What a credit refuses, in both languages.
pub(crate) fn refused(error: &CreditError) -> IntakeError {
    let dutch = match error {
        CreditError::Sum { reference, total, amount } => {
            format!("de delen van krediet `{reference}` zijn samen {total}, en het besluit kent {amount} toe")
        }
        CreditError::Budget { tranche, total, amount } => {
            format!("het budget van deel {tranche} is samen {total}, en het deel is {amount}")
        }
        CreditError::TwoLines { tranche, category } => {
            format!("deel {tranche} heeft twee regels voor `{category}`: tel ze op")
        }
        CreditError::NoBudget { tranche, category } => {
            format!(
                "deel {tranche} heeft geen budget voor `{category}`: daar kan niet meer voor worden geaccepteerd"
            )
        }
        CreditError::Gift { gift, amount } => {
            format!("een gift van {gift} is meer dan het krediet van {amount}")
        }
        CreditError::Settled { reference, on } => {
            format!("krediet `{reference}` is op {} afgerekend: er kan niets meer bij", dutch_day(*on))
        }
        CreditError::NoTranche { reference, tranche, count } => {
            format!("krediet `{reference}` heeft geen deel {tranche}: het heeft er {count}")
        }
        CreditError::NoEvidence { credit, reference } => {
            format!("krediet `{credit}` heeft geen bewijs `{reference}`")
        }
        CreditError::KnownEvidence(reference) => {
            format!("bewijs `{reference}` is al vastgelegd bij dit krediet")
        }
        CreditError::NotYetBought { bought_on, shown_on } => {
            format!("een bon van {} kan niet getoond zijn op {}", dutch_day(*bought_on), dutch_day(*shown_on))
        }
        CreditError::AboveTheRest { tranche, asked, left } => {
            format!("{asked} is meer dan de {left} die van deel {tranche} over is")
        }
        CreditError::OtherRoute { tranche, route } => {
            format!("deel {tranche} wordt betaald via `{route}`: dit kan daar niet bij")
        }
        CreditError::Conversion { asked, left } => format!("{asked} kan niet worden omgezet: er is {left}"),
        CreditError::NoPrincipal(reference) => format!(
            "krediet `{reference}` is een gift: geld dat niet is besteed komt terug, of een besluit zet het om in een \
             lening"
        ),
    };
    IntakeError::new(error.to_string(), dutch)
}
