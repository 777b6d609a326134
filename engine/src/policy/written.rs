//! The policy file as it is written.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{
    ApprovalTier, ByHouseholdType, Frequency, FurnishingPolicy, LivingMoneyPayer, PartMonth, PayDay, Policy,
    PolicyError, Repayment, RepaymentStart, Retention, Signals, StatementPolicy, Unprovable,
};
use crate::money::Money;
use crate::obligation::CostKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    valid_from: String,
    valid_until: Option<String>,
    pay_day: String,
    cut_off_days: u32,
    lead_days: u32,
    pay_day_covers_days: u32,
    part_month_method: String,
    holiday_month: u32,
    holiday_allowance_protected: bool,
    priority: Vec<String>,
    skip_and_continue: bool,
    living_money_payer: String,
    living_money_frequency: String,
    living_money_floor: WrittenByType,
    approval: Vec<WrittenTier>,
    repayment: WrittenRepayment,
    furnishing: WrittenFurnishing,
    window: WrittenWindow,
    #[serde(default)]
    statements: WrittenStatements,
    signals: WrittenSignals,
    retention: WrittenRetention,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenByType {
    single: String,
    single_parent: String,
    couple: String,
    couple_with_children: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTier {
    up_to: Option<String>,
    persons: usize,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    substitutes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRepayment {
    share: String,
    instalments: u32,
    starts: String,
    counts_when_yielded: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFurnishing {
    release_threshold: String,
    line_tolerance: String,
    evidence_days: u32,
    no_receipt_cap: String,
    tranches: Vec<String>,
    norm: WrittenByType,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWindow {
    variant_reasons: Vec<String>,
}

/// A policy from before this was a choice has none of it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenStatements {
    without_usable_entry: Option<String>,
    that_differs: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSignals {
    first_attempt_days: u32,
    t4_enabled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRetention {
    benefit_file_years: u32,
    finance_years: u32,
    signal_months: u32,
    coach_note_months: u32,
    access_log_years: u32,
}

/// The text of a file in which the keys of another take the place of its own; tables are merged key by key.
pub(super) fn merged(text: &str, changes: &str) -> Result<String, PolicyError> {
    let read = |text: &str| text.parse::<toml::Table>().map_err(|error| PolicyError::Form(error.to_string()));
    let (mut table, changes) = (read(text)?, read(changes)?);
    merge(&mut table, changes);
    Ok(table.to_string())
}

fn merge(table: &mut toml::Table, changes: toml::Table) {
    for (key, value) in changes {
        match (table.get_mut(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => merge(old, new),
            (_, value) => drop(table.insert(key, value)),
        }
    }
}

pub(super) fn parse(text: &str) -> Result<Policy, PolicyError> {
    let written: Written = toml::from_str(text).map_err(|error| PolicyError::Form(error.to_string()))?;
    let valid_from = day("valid_from", &written.valid_from)?;
    let valid_until = written.valid_until.as_deref().map(|text| day("valid_until", text)).transpose()?;
    if let Some(until) = valid_until.filter(|until| *until < valid_from) {
        return Err(PolicyError::Ends { from: valid_from, until });
    }
    Ok(Policy {
        valid_from,
        valid_until,
        pay_day: pay_day(&written.pay_day)?,
        cut_off_days: few("cut_off_days", written.cut_off_days, 0, 60)?,
        pay_day_covers_days: few("pay_day_covers_days", written.pay_day_covers_days, 0, 20)?,
        lead_days: few("lead_days", written.lead_days, 0, 20)?,
        part_month: one_of(
            "part_month_method",
            &written.part_month_method,
            &[("calendar", PartMonth::Calendar), ("thirty_days", PartMonth::ThirtyDays)],
        )?,
        holiday_month: few("holiday_month", written.holiday_month, 1, 12)?,
        holiday_allowance_protected: written.holiday_allowance_protected,
        priority: priority(&written.priority)?,
        skip_and_continue: written.skip_and_continue,
        living_money_payer: one_of(
            "living_money_payer",
            &written.living_money_payer,
            &[("product", LivingMoneyPayer::Product), ("benefit_system", LivingMoneyPayer::BenefitSystem)],
        )?,
        living_money_frequency: one_of(
            "living_money_frequency",
            &written.living_money_frequency,
            &[("monthly", Frequency::Monthly), ("weekly", Frequency::Weekly)],
        )?,
        floors: by_type(&written.living_money_floor)?,
        approval: tiers(&written.approval)?,
        repayment: repayment(&written.repayment)?,
        furnishing: furnishing(&written.furnishing)?,
        variant_reasons: written.window.variant_reasons,
        statements: statements(&written.statements)?,
        signals: Signals {
            first_attempt_days: written.signals.first_attempt_days,
            t4_enabled: written.signals.t4_enabled,
        },
        retention: retention(&written.retention),
    })
}

fn pay_day(text: &str) -> Result<PayDay, PolicyError> {
    let want = "pay day: write `last banking day`, `day 23` or `day 15 of next month`";
    let wrong = || value("pay_day", text, want);
    if text == "last banking day" {
        return Ok(PayDay::LastBankingDay);
    }
    let rest = text.strip_prefix("day ").ok_or_else(wrong)?;
    let (number, next) = rest.strip_suffix(" of next month").map_or((rest, false), |number| (number, true));
    let number: u32 = number.parse().ok().filter(|number| (1..=31).contains(number)).ok_or_else(wrong)?;
    Ok(if next { PayDay::DayOfNextMonth(number) } else { PayDay::DayOfMonth(number) })
}

fn priority(codes: &[String]) -> Result<Vec<CostKind>, PolicyError> {
    let wrong = || value("priority", &codes.join(", "), "order in which every kind of cost stands once");
    let kinds: Option<Vec<CostKind>> = codes.iter().map(|code| CostKind::from_code(code)).collect();
    let kinds = kinds.filter(|kinds| {
        kinds.len() == CostKind::ALL.len() && CostKind::ALL.iter().all(|kind| kinds.contains(kind))
    });
    kinds.ok_or_else(wrong)
}

fn tiers(written: &[WrittenTier]) -> Result<Vec<ApprovalTier>, PolicyError> {
    let tier = |tier: &WrittenTier| {
        Ok(ApprovalTier {
            up_to: tier.up_to.as_deref().map(|text| amount("approval.up_to", text)).transpose()?,
            persons: tier.persons,
            names: tier.names.clone(),
            substitutes: tier.substitutes.clone(),
        })
    };
    let tiers = written.iter().map(tier).collect::<Result<Vec<_>, PolicyError>>()?;
    let limits: Vec<Option<Money>> = tiers.iter().map(|tier| tier.up_to).collect();
    let rises = limits.windows(2).all(|pair| match pair {
        [Some(low), Some(high)] => low < high,
        [Some(_), None] => true,
        _ => false,
    });
    let manned = tiers.iter().all(|tier| {
        let named = tier.names.len() + tier.substitutes.len();
        0 < tier.persons && (tier.names.is_empty() || tier.persons <= named)
    });
    if rises && manned && limits.last() == Some(&None) {
        return Ok(tiers);
    }
    let text = format!("{} tiers", tiers.len());
    let want = "list of tiers with rising limits, the last without one, each with one person or more who may";
    Err(value("approval", &text, want))
}

fn repayment(written: &WrittenRepayment) -> Result<Repayment, PolicyError> {
    let five_percent = Decimal::new(5, 2);
    let most = share("repayment.share", &written.share)?;
    if five_percent < most {
        return Err(value("repayment.share", &written.share, "share of at most 0.05"));
    }
    Ok(Repayment {
        share: most,
        instalments: few("repayment.instalments", written.instalments, 1, 120)?,
        starts: one_of(
            "repayment.starts",
            &written.starts,
            &[
                ("at_disbursement", RepaymentStart::AtDisbursement),
                ("after_window", RepaymentStart::AfterWindow),
            ],
        )?,
        counts_when_yielded: written.counts_when_yielded,
    })
}

fn furnishing(written: &WrittenFurnishing) -> Result<FurnishingPolicy, PolicyError> {
    let shares = written.tranches.iter().map(|text| share("furnishing.tranches", text));
    let tranches = shares.collect::<Result<Vec<_>, _>>()?;
    if tranches.iter().sum::<Decimal>() != Decimal::ONE {
        let text = written.tranches.join(", ");
        return Err(value("furnishing.tranches", &text, "list of shares that make one whole"));
    }
    Ok(FurnishingPolicy {
        release_threshold: share("furnishing.release_threshold", &written.release_threshold)?,
        line_tolerance: share("furnishing.line_tolerance", &written.line_tolerance)?,
        evidence_days: written.evidence_days,
        no_receipt_cap: amount("furnishing.no_receipt_cap", &written.no_receipt_cap)?,
        tranches,
        norm: by_type(&written.norm)?,
    })
}

fn statements(written: &WrittenStatements) -> Result<StatementPolicy, PolicyError> {
    let known = [("hold", Unprovable::Hold), ("refuse", Unprovable::Refuse)];
    let chosen = |key, text: &Option<String>, otherwise| {
        text.as_deref().map_or(Ok(otherwise), |text| one_of(key, text, &known))
    };
    let default = StatementPolicy::default();
    Ok(StatementPolicy {
        without_usable_entry: chosen(
            "statements.without_usable_entry",
            &written.without_usable_entry,
            default.without_usable_entry,
        )?,
        that_differs: chosen("statements.that_differs", &written.that_differs, default.that_differs)?,
    })
}

fn retention(written: &WrittenRetention) -> Retention {
    Retention {
        benefit_file_years: written.benefit_file_years,
        finance_years: written.finance_years,
        signal_months: written.signal_months,
        coach_note_months: written.coach_note_months,
        access_log_years: written.access_log_years,
    }
}

fn by_type(written: &WrittenByType) -> Result<ByHouseholdType, PolicyError> {
    Ok(ByHouseholdType {
        single: amount("single", &written.single)?,
        single_parent: amount("single_parent", &written.single_parent)?,
        couple: amount("couple", &written.couple)?,
        couple_with_children: amount("couple_with_children", &written.couple_with_children)?,
    })
}

fn value(key: &'static str, text: &str, want: &'static str) -> PolicyError {
    PolicyError::Value { key, text: text.to_owned(), want }
}

fn one_of<T: Copy>(key: &'static str, text: &str, known: &[(&'static str, T)]) -> Result<T, PolicyError> {
    let found = known.iter().find(|(code, _)| *code == text).map(|(_, meaning)| *meaning);
    found.ok_or_else(|| value(key, text, "choice that is known; samples/policy.toml names them"))
}

fn few(key: &'static str, number: u32, least: u32, most: u32) -> Result<u32, PolicyError> {
    let fits = least <= number && number <= most;
    if fits { Ok(number) } else { Err(value(key, &number.to_string(), "number that makes sense here")) }
}

fn day(key: &'static str, text: &str) -> Result<NaiveDate, PolicyError> {
    text.parse().map_err(|_| value(key, text, "day like 2026-01-01"))
}

fn amount(key: &'static str, text: &str) -> Result<Money, PolicyError> {
    let amount: Option<Money> = text.parse().ok();
    amount.filter(|amount| Money::ZERO <= *amount).ok_or_else(|| value(key, text, "amount like 300.00"))
}

fn share(key: &'static str, text: &str) -> Result<Decimal, PolicyError> {
    let share =
        Decimal::from_str_exact(text).ok().filter(|share| Decimal::ZERO <= *share && *share <= Decimal::ONE);
    share.ok_or_else(|| value(key, text, "share between 0 and 1"))
}
