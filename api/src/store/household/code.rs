//! The codes by which the kinds of a household's facts are stored.

use grip_engine::household::{MemberRole, NormKind};

pub(super) fn role_from(code: &str) -> Option<MemberRole> {
    match code {
        "applicant" => Some(MemberRole::Applicant),
        "partner" => Some(MemberRole::Partner),
        "child" => Some(MemberRole::Child),
        _ => None,
    }
}

pub(super) fn role_code(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Applicant => "applicant",
        MemberRole::Partner => "partner",
        MemberRole::Child => "child",
    }
}

pub(super) fn norm_from(code: &str) -> Option<NormKind> {
    match code {
        "single" => Some(NormKind::Single),
        "couple" => Some(NormKind::Couple),
        _ => None,
    }
}

pub(super) fn norm_code(norm: NormKind) -> &'static str {
    match norm {
        NormKind::Single => "single",
        NormKind::Couple => "couple",
    }
}
