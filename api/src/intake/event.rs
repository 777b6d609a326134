//! What happens to a household: the events of a file, a case and the API. `docs/cases.md` describes every one.

use serde::{Deserialize, Serialize};

use super::{MemberIn, ObligationIn};

macro_rules! events {
    ($($(#[$doc:meta])* $field:ident: $kind:ty,)+) => {
        /// Something that happens on a day: exactly one of its parts is given.
        #[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct EventIn {
            /// The day.
            pub on: String,
            $($(#[$doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$kind>,)+
        }

        impl EventIn {
            /// The codes of the parts that are given.
            pub fn kinds(&self) -> Vec<&'static str> {
                let mut kinds = Vec::new();
                $(if self.$field.is_some() { kinds.push(stringify!($field)); })+
                kinds
            }

            /// The reference of the decision, where its kind has one of its own.
            pub fn reference(&self) -> Option<&str> {
                $(if let Some(part) = &self.$field { return Referenced::own_reference(part); })+
                None
            }
        }
    };
}

/// A part of an event that may carry the reference of a decision of its own.
trait Referenced {
    fn own_reference(&self) -> Option<&str> {
        None
    }
}

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident $([$reference:ident])? { $($(#[$fdoc:meta])* $field:ident: $kind:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$fdoc])* pub $field: $kind,)+
        }

        impl Referenced for $name {
            $(fn own_reference(&self) -> Option<&str> { Some(&self.$reference) })?
        }
    )+};
}

events! {
    /// A decision on the right to social assistance.
    benefit: BenefitIn,
    /// The right ends.
    benefit_end: BenefitEndIn,
    /// No payment goes out for a while.
    suspension: SuspensionIn,
    /// A suspension ends earlier.
    suspension_lifted: SuspensionLiftedIn,
    /// A decided reduction.
    reduction: ReductionIn,
    /// Income the household reported.
    income: IncomeIn,
    /// An income ends, or another one takes its place.
    income_end: IncomeEndIn,
    /// An advance that was paid before the decision.
    advance: MonthAmountIn,
    /// Special assistance that bridges a month.
    bridge: MonthAmountIn,
    /// A held due is paid after all.
    pay_anyway: LineDecisionIn,
    /// A due waits, by agreement.
    pay_later: LineDecisionIn,
    /// A withholding.
    deduction: DeductionIn,
    /// Nothing is withheld for some months.
    deduction_suspended: DeductionSuspendedIn,
    /// A withholding ends.
    deduction_end: DeductionEndIn,
    /// A new obligation.
    obligation: ObligationIn,
    /// Another amount from a day on.
    amount_change: AmountChangeIn,
    /// Nothing is due any more.
    obligation_end: ObligationEndIn,
    /// Somebody else paid a due.
    paid_by_other: PaidByOtherIn,
    /// Living money at the cash desk or by card.
    paid_in_cash: PaidInCashIn,
    /// How fixed costs are paid in the window.
    window_decision: WindowDecisionIn,
    /// Payment after the window.
    extension: ExtensionIn,
    /// The client takes a consent back.
    extension_revoked: ExtensionRevokedIn,
    /// The duty ends before its term.
    window_end: WindowEndIn,
    /// Somebody joins the household.
    member_joined: MemberIn,
    /// Somebody leaves it.
    member_left: MemberLeftIn,
    /// Somebody died.
    death: DeathIn,
    /// A first or new account of a member, for living money.
    member_account: MemberAccountIn,
    /// A new account of a payee.
    payee_account: PayeeAccountIn,
    /// A due that was paid for the wrong obligation or household is booked back and booked again.
    rebooking: RebookingIn,
    /// Money that is expected on the account beside our own payments.
    expected: ExpectedIn,
    /// A furnishing credit.
    credit: CreditIn,
    /// Lines of receipts.
    evidence: EvidenceIn,
    /// Evidence that was recorded by mistake is taken back.
    evidence_withdrawn: EvidenceWordIn,
    /// What looks like evidence that was shown before is another purchase.
    evidence_told_apart: EvidenceWordIn,
    /// More than a budget line is accepted.
    evidence_accepted: EvidenceAcceptedIn,
    /// Somebody visited the home.
    home_visit: HomeVisitIn,
    /// A person opens a tranche, whatever it waits for.
    tranche_opened: TrancheWordIn,
    /// A tranche that was not sent is taken back.
    tranche_undone: TrancheWordIn,
    /// Money that is not accounted for does not lower a tranche.
    carry_forward_waived: WaiverIn,
    /// An invoice of a supplier is paid from a tranche.
    supplier_invoice: SupplierInvoiceIn,
    /// The goods of an invoice were delivered.
    delivery: DeliveryIn,
    /// Goods were handed over.
    in_kind: InKindIn,
    /// Money of a credit came back.
    credit_returned: CreditReturnedIn,
    /// The final settlement of a credit.
    credit_settled: CreditSettledIn,
    /// Loan becomes gift, or gift becomes loan.
    credit_converted: CreditConvertedIn,
    /// A loan is repaid earlier than by instalments.
    early_repayment: EarlyRepaymentIn,
}

parts! {
    /// A decision on the right to social assistance.
    BenefitIn [reference] {
        /// The reference of the decision.
        reference: String,
        /// The code of the norm.
        norm: String,
        /// The first day of the right.
        right_from: String,
        /// The last day of the right.
        right_until: Option<String>,
        /// The decided amount of a whole month, when it is not the norm.
        amount: Option<String>,
        /// How many share the costs, for the norms of cost sharing.
        cost_sharers: Option<u8>,
    }

    /// The right ends.
    BenefitEndIn [reference] {
        /// The reference of the decision.
        reference: String,
        /// The last day of the right.
        last_day: String,
        /// work, study, moved, death, left or other.
        reason: String,
    }

    /// No payment goes out for a while.
    SuspensionIn [reference] {
        /// The reference of the decision.
        reference: String,
        /// The first day.
        from: String,
        /// The last day, at most eight weeks in all.
        until: String,
    }

    /// A suspension ends earlier.
    SuspensionLiftedIn {
        /// The reference of the suspension.
        reference: String,
        /// Its last day.
        last_day: String,
    }

    /// A decided reduction.
    ReductionIn [reference] {
        /// The reference of the decision.
        reference: String,
        /// The benefit month.
        month: String,
        /// The share of the norm that is taken off.
        share: Option<String>,
        /// Or the amount.
        amount: Option<String>,
    }

    /// Income the household reported to the income officer.
    IncomeIn {
        /// The first day.
        from: String,
        /// The last day.
        until: Option<String>,
        /// The amount a month.
        monthly: String,
        /// fully, `wage_25`, `wage_single_parent` or exempt.
        counts: Option<String>,
        /// The reference of the income, or of the decision on the exemption.
        reference: Option<String>,
        /// Whose.
        member: Option<String>,
    }

    /// An income ends; a raise is an end and a new income.
    IncomeEndIn {
        /// The reference of the income; without one every income without a reference.
        reference: Option<String>,
        /// Whose; the applicant's without one.
        member: Option<String>,
        /// The last day it is received.
        last_day: String,
    }

    /// A decided amount for a benefit month.
    MonthAmountIn [reference] {
        /// The reference of the decision.
        reference: String,
        /// The benefit month.
        month: String,
        /// The amount.
        amount: String,
    }

    /// What an officer decides about a due.
    LineDecisionIn [reference] {
        /// The reference of the decision.
        reference: String,
        /// The benefit month that pays it, or would.
        month: String,
        /// The contract number of the obligation.
        obligation: String,
        /// The month it is due in, for an earlier due that this benefit pays after all.
        period: Option<String>,
    }

    /// A withholding.
    DeductionIn [reference] {
        /// The reference of the decision or seizure.
        reference: String,
        /// seizure, `mandatory_set_off`, claim, `loan_repayment` or cak.
        kind: String,
        /// The article it rests on.
        legal_basis: String,
        /// The last day on which the client can object.
        objection_until: String,
        /// The first benefit month.
        from: String,
        /// The last benefit month.
        until: Option<String>,
        /// The amount a month.
        amount: Option<String>,
        /// Or the share of the norm.
        share: Option<String>,
        /// What it takes in all.
        total: Option<String>,
        /// The reference of the furnishing credit that it repays: then the total is its principal.
        credit: Option<String>,
        /// Who is paid, for a seizure and the CAK.
        payee: Option<String>,
        /// After so many instalments a loan ends.
        instalments: Option<u32>,
    }

    /// Nothing is withheld for some months.
    DeductionSuspendedIn [reference] {
        /// The reference of this decision.
        reference: String,
        /// The reference of the withholding.
        deduction: String,
        /// The first month.
        from: String,
        /// The last month.
        until: String,
    }

    /// A withholding ends.
    DeductionEndIn [reference] {
        /// The reference of this decision.
        reference: String,
        /// The reference of the withholding.
        deduction: String,
        /// The last month in which something is withheld.
        last: String,
    }

    /// Another amount from a day on.
    AmountChangeIn {
        /// The contract number of the obligation.
        obligation: String,
        /// The first day.
        from: String,
        /// The amount.
        amount: String,
        /// The letter or contract it follows from.
        reference: String,
    }

    /// Nothing is due any more.
    ObligationEndIn {
        /// The contract number of the obligation.
        obligation: String,
        /// The last day on which something can be due.
        last_day: String,
    }

    /// Somebody else paid a due.
    PaidByOtherIn {
        /// The contract number of the obligation.
        obligation: String,
        /// The month it is due in.
        period: String,
        /// Who paid.
        by: String,
        /// The proof.
        proof: String,
    }

    /// Living money at the cash desk or by card.
    PaidInCashIn {
        /// The name of the member.
        member: String,
        /// The benefit month.
        month: String,
        /// The amount.
        amount: String,
        /// The number of the receipt.
        receipt: String,
        /// The second person who was there.
        second_person: String,
    }

    /// How fixed costs are paid in the window.
    WindowDecisionIn [reference] {
        /// The name of the member.
        member: String,
        /// full, partial, `assisted_self_pay` or `not_applicable`.
        variant: String,
        /// The kinds of cost the municipality pays, for partial.
        costs: Option<Vec<String>>,
        /// The reason, one of the policy's.
        reason: String,
        /// The ground in words.
        ground: String,
        /// The reference of the decision.
        reference: String,
        /// Who decided.
        decided_by: String,
        /// The day it is looked at again.
        review_on: String,
        /// The first day it holds.
        from: String,
    }

    /// Payment after the window.
    ExtensionIn [reference] {
        /// The name of the member; all adults without one.
        member: Option<String>,
        /// consent, `joint_request` or `art_57`.
        kind: String,
        /// The reference of the consent or decision.
        reference: String,
        /// The first day.
        from: String,
        /// The last day.
        until: String,
    }

    /// The client takes a consent back.
    ExtensionRevokedIn {
        /// The reference of the extension.
        reference: String,
        /// Its last day.
        last_day: String,
    }

    /// The duty ends before its term.
    WindowEndIn [reference] {
        /// The name of the member.
        member: String,
        /// The last day of the duty.
        last_day: String,
        /// permit, `civic_integration`, decision, `art_57` or administration.
        reason: String,
        /// The reference of the decision.
        reference: String,
    }

    /// Somebody leaves the household.
    MemberLeftIn {
        /// The name of the member.
        member: String,
        /// The last day.
        last_day: String,
    }

    /// Somebody died.
    DeathIn {
        /// The name of the member.
        member: String,
        /// The day.
        day: String,
    }

    /// A first or new account of a member, for living money.
    MemberAccountIn {
        /// The name of the member.
        member: String,
        /// The account.
        iban: String,
        /// The name of the holder, when it is not that of the member.
        holder: Option<String>,
        /// The second person, who approves it.
        verified_by: Option<String>,
        /// That somebody called back.
        call_back: Option<CallBackIn>,
        /// The joint written request, for the account of the other partner.
        joint_request: Option<String>,
    }

    /// A new account of a payee.
    PayeeAccountIn {
        /// The name of the payee.
        payee: String,
        /// The account.
        iban: String,
        /// The name of the holder, when it is not that of the payee.
        holder: Option<String>,
        /// The first day it is used.
        valid_from: String,
        /// The second person, who approves it.
        verified_by: Option<String>,
        /// That somebody called back.
        call_back: Option<CallBackIn>,
    }

    /// That somebody called back on a number that did not come with the new account.
    CallBackIn {
        /// Who was called.
        #[serde(default)]
        person: String,
        /// On which number.
        #[serde(default)]
        number: String,
        /// Where that number was known from before.
        #[serde(default)]
        known_from: String,
        /// The day of the call.
        #[serde(default)]
        on: String,
        /// Who called; who records it, when nobody is named.
        by: Option<String>,
    }

    /// A due that was paid for the wrong obligation or household is booked back and booked again.
    RebookingIn [reference] {
        /// The contract number of the obligation it was paid for.
        obligation: String,
        /// The month it is due in.
        period: String,
        /// The household it should have been paid for; this one without a number.
        to_household: Option<String>,
        /// The contract number of the obligation it should have been paid for.
        to_obligation: String,
        /// The reference of the decision.
        reference: String,
        /// The second person.
        second_person: String,
        /// True when a letter or overview with the wrong payment went out.
        letter_sent: bool,
    }

    /// Money that is expected on the account beside our own payments.
    ExpectedIn [reference] {
        /// The reference of the letter or decision it follows from.
        reference: String,
        /// collection, refund or repayment.
        kind: String,
        /// The contract number of the obligation it is about; for a repayment it may be left out.
        obligation: Option<String>,
        /// The amount each time.
        amount: String,
        /// monthly, quarterly or yearly; without it once.
        rhythm: Option<String>,
        /// The first due day; without a rhythm the first day it may come.
        from: String,
        /// The last day.
        until: Option<String>,
        /// The account on the other side, when it is not that of the payee or the client.
        iban: Option<String>,
        /// The reference of the payer, when it is not the contract number; a betalingskenmerk or RF reference counts most.
        payment_reference: Option<String>,
        /// The mandate, for a collection.
        mandate: Option<String>,
        /// Words that all stand in the text.
        terms: Option<Vec<String>>,
    }

    /// A furnishing credit in tranches.
    CreditIn [reference] {
        /// The reference of the decision.
        reference: String,
        /// The decided amount; without one the furnishing norm.
        amount: Option<String>,
        /// What of it is a gift; the rest is a loan.
        gift: Option<String>,
        /// The article it rests on.
        legal_basis: Option<String>,
        /// The last day on which the client can object.
        objection_until: Option<String>,
        /// Why it differs from the policy.
        ground: Option<String>,
        /// The first day on which something can be bought from it; without one the day of the decision.
        buy_from: Option<String>,
        /// The last day.
        buy_until: Option<String>,
        /// Its parts, in order; without them by the shares of the policy.
        tranche: Option<Vec<TrancheIn>>,
    }

    /// A part of a credit.
    TrancheIn {
        /// Its amount.
        amount: Option<String>,
        /// Or its share of the credit.
        share: Option<String>,
        /// What it is meant for.
        budget: Option<Vec<LineIn>>,
        /// What it waits for, where that is not by policy: share, `share 0.80`, visit.
        opens: Option<Vec<String>>,
        /// The first day on which it can be released.
        not_before: Option<String>,
        /// The last day to show what was bought.
        evidence_until: Option<String>,
        /// household, invoices or `in_kind`; household without one.
        paid: Option<String>,
    }

    /// An amount in a category of goods.
    LineIn {
        /// The category.
        category: String,
        /// The amount.
        amount: String,
    }

    /// Receipts for a tranche.
    EvidenceIn {
        /// The reference of the credit.
        credit: String,
        /// The number of the tranche.
        tranche: u32,
        /// What it is called by, to take it back later.
        reference: Option<String>,
        /// receipt or declaration; receipt without one.
        kind: Option<String>,
        /// The shop or seller.
        shop: Option<String>,
        /// The day on the receipt.
        bought_on: Option<String>,
        /// The number on the receipt.
        number: Option<String>,
        /// True when nobody can read it.
        unreadable: Option<bool>,
        /// The hashes of its photographs and scans, which were handed in for this household.
        file: Option<Vec<String>>,
        /// True when another household handed in the same one; filled in when it is recorded.
        elsewhere: Option<bool>,
        /// The lines.
        line: Vec<LineIn>,
    }

    /// What a person says about evidence: that it was recorded by mistake, or is no duplicate.
    EvidenceWordIn {
        /// The reference of the credit.
        credit: String,
        /// The reference of the evidence, invoice or delivery in kind.
        evidence: String,
        /// Why.
        reason: String,
    }

    /// More than a budget line is accepted.
    EvidenceAcceptedIn {
        /// The reference of the credit.
        credit: String,
        /// The number of the tranche.
        tranche: u32,
        /// The category.
        category: String,
        /// What may count for it.
        up_to: String,
        /// Why.
        reason: String,
    }

    /// Somebody visited the home.
    HomeVisitIn {
        /// The reference of the credit.
        credit: String,
        /// The tranche whose goods were looked at.
        tranche: u32,
        /// True when they were seen.
        confirmed: bool,
        /// The categories that were seen.
        seen: Option<Vec<String>>,
        /// What the visitor noted.
        note: String,
    }

    /// What a person says about a tranche.
    TrancheWordIn {
        /// The reference of the credit.
        credit: String,
        /// The number of the tranche.
        tranche: u32,
        /// Why.
        reason: String,
    }

    /// Money that is not accounted for does not lower a tranche.
    WaiverIn {
        /// The reference of the credit.
        credit: String,
        /// The tranche that is not lowered.
        tranche: u32,
        /// How much; without it all that would lower it.
        amount: Option<String>,
        /// Why.
        reason: String,
    }

    /// An invoice of a supplier is paid from a tranche.
    SupplierInvoiceIn {
        /// The number of the invoice: of one supplier it is not given twice.
        reference: String,
        /// The reference of the credit.
        credit: String,
        /// The number of the tranche.
        tranche: u32,
        /// The name of the supplier, a payee with a verified account.
        payee: String,
        /// How the client agreed with what is above the budget.
        agreed: Option<String>,
        /// Its lines.
        line: Vec<LineIn>,
    }

    /// The goods of an invoice were delivered.
    DeliveryIn {
        /// The reference of the credit.
        credit: String,
        /// The number of the invoice.
        invoice: String,
        /// The delivery note.
        note: String,
    }

    /// Goods were handed over.
    InKindIn {
        /// The reference of the credit.
        credit: String,
        /// The number of the tranche.
        tranche: u32,
        /// What it is called by: the number of the receipt that the household signed.
        reference: String,
        /// The goods, with what they are worth.
        line: Vec<LineIn>,
    }

    /// Money of a credit came back.
    CreditReturnedIn {
        /// The reference of the credit.
        credit: String,
        /// The tranche it was paid with.
        tranche: u32,
        /// How much.
        amount: String,
        /// household or supplier; household without one.
        by: Option<String>,
        /// Of a supplier the number of the invoice; filled in where the tranche has one.
        invoice: Option<String>,
        /// The number of the cash receipt or the line of the statement.
        proof: String,
    }

    /// The final settlement of a credit.
    CreditSettledIn [reference] {
        /// The reference of the decision.
        reference: String,
        /// The reference of the credit.
        credit: String,
        /// What becomes of money that is not accounted for: returned or `in_principal`.
        unspent: String,
    }

    /// Loan becomes gift, or gift becomes loan.
    CreditConvertedIn [reference] {
        /// The reference of the decision.
        reference: String,
        /// The reference of the credit.
        credit: String,
        /// gift or loan.
        to: String,
        /// How much.
        amount: String,
        /// Why.
        ground: String,
        /// The article it rests on.
        legal_basis: String,
        /// The last day on which the client can object.
        objection_until: String,
    }

    /// A loan is repaid earlier than by instalments.
    EarlyRepaymentIn {
        /// The reference of the withholding that repays it.
        deduction: String,
        /// How much.
        amount: String,
        /// The number of the cash receipt or the line of the statement.
        proof: String,
    }
}

impl Referenced for MemberIn {}
impl Referenced for ObligationIn {}
