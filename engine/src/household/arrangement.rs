//! How fixed costs are paid in the window and after it: decisions, consent, and an end before the term.

use chrono::NaiveDate;

use crate::calendar::Period;
use crate::id::MemberId;
use crate::obligation::CostKind;

/// A decision on how the fixed costs of a member are paid in the window (domain.md §1.4). Without one they are
/// paid in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowDecision {
    /// Whose window.
    pub member: MemberId,
    /// The first day it holds.
    pub from: NaiveDate,
    /// How they are paid.
    pub variant: Variant,
    /// The reason, by its code in the policy.
    pub reason: String,
    /// The ground in words.
    pub ground: String,
    /// The reference of the decision.
    pub reference: String,
    /// Who decided.
    pub decided_by: String,
    /// The day it is looked at again.
    pub review_on: NaiveDate,
}

/// How fixed costs are paid in the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The municipality pays them all.
    Full,
    /// The municipality pays these kinds; the client pays the rest.
    Partial(Vec<CostKind>),
    /// The client pays, the coach looks along.
    AssistedSelfPay,
    /// The duty does not apply to this person.
    NotApplicable,
}

/// Payment after the window, or without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// For whom; for all adults without one.
    pub member: Option<MemberId>,
    /// On what ground.
    pub kind: ExtensionKind,
    /// The reference of the consent or decision.
    pub reference: String,
    /// The days.
    pub period: Period,
}

/// On what ground fixed costs are paid after the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtensionKind {
    /// The client agreed, and can take it back at once (46(3)).
    Consent,
    /// Both partners asked for payment from the whole benefit (45(4)).
    JointRequest,
    /// The municipality decided it (57).
    Art57,
}

/// The duty ends before its term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowEnd {
    /// Whose.
    pub member: MemberId,
    /// The last day of the duty.
    pub last_day: NaiveDate,
    /// Why.
    pub reason: WindowEndReason,
    /// The reference of the decision.
    pub reference: String,
}

/// Why the duty ends before its term (domain.md §1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowEndReason {
    /// The permit is of another type now.
    Permit,
    /// The duty of civic integration ended.
    CivicIntegration,
    /// The municipality decided to end or limit it.
    Decision,
    /// An arrangement under art. 57 took its place.
    Art57,
    /// An administrator or a statutory debt arrangement took over.
    Administration,
}

impl Variant {
    /// The code by which it is written.
    pub fn code(&self) -> &'static str {
        match self {
            Variant::Full => "full",
            Variant::Partial(_) => "partial",
            Variant::AssistedSelfPay => "assisted_self_pay",
            Variant::NotApplicable => "not_applicable",
        }
    }

    /// True when the municipality pays costs of this kind.
    pub fn pays(&self, kind: CostKind) -> bool {
        match self {
            Variant::Full => true,
            Variant::Partial(kinds) => kinds.contains(&kind),
            Variant::AssistedSelfPay | Variant::NotApplicable => false,
        }
    }
}

impl ExtensionKind {
    /// Every ground.
    pub const ALL: [ExtensionKind; 3] =
        [ExtensionKind::Consent, ExtensionKind::JointRequest, ExtensionKind::Art57];

    /// The code by which it is written.
    pub fn code(self) -> &'static str {
        match self {
            ExtensionKind::Consent => "consent",
            ExtensionKind::JointRequest => "joint_request",
            ExtensionKind::Art57 => "art_57",
        }
    }

    /// The ground with this code.
    pub fn from_code(code: &str) -> Option<ExtensionKind> {
        ExtensionKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl WindowEndReason {
    /// Every reason.
    pub const ALL: [WindowEndReason; 5] = [
        WindowEndReason::Permit,
        WindowEndReason::CivicIntegration,
        WindowEndReason::Decision,
        WindowEndReason::Art57,
        WindowEndReason::Administration,
    ];

    /// The code by which it is written.
    pub fn code(self) -> &'static str {
        match self {
            WindowEndReason::Permit => "permit",
            WindowEndReason::CivicIntegration => "civic_integration",
            WindowEndReason::Decision => "decision",
            WindowEndReason::Art57 => "art_57",
            WindowEndReason::Administration => "administration",
        }
    }

    /// The reason with this code.
    pub fn from_code(code: &str) -> Option<WindowEndReason> {
        WindowEndReason::ALL.into_iter().find(|reason| reason.code() == code)
    }
}
