//! Where a text stands decides what it is: the path of its element, in the spellings of all versions, as a [`Field`].

use super::tag::Tag;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident: $rule:ident,)*) => {
        /// What a text is, whatever its version calls it.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub(super) enum Field { #[default] $($(#[$doc])* $name,)* }

        const RULES: &[Rule] = &[$(Rule::$rule,)*];

        impl Field {
            /// How many fields there are.
            pub(super) const COUNT: usize = RULES.len();
        }
    };
}

/// What a second text of the same field means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// The piece contradicts itself.
    Once,
    /// The first counts.
    First,
    /// There may be many.
    Each,
}

fields! {
    // the head of a statement
    Id: Once, Sequence: Once, LegalSequence: Once, Account: Once, AccountCurrency: Once, CreatedAt: First,
    PeriodFrom: First, PeriodTo: First, CopyOrDuplicate: First, PageNumber: First, PageLast: First,
    TotalCount: First, TotalSum: First, TotalNet: First, TotalNetDirection: First,
    CreditCount: First, CreditSum: First, DebitCount: First, DebitSum: First,
    // balances, entries and their parts
    BalanceCode: Once, On: Once, Amount: Once, Direction: Once, Status: Once, Reversal: Once, BookedOn: Once,
    ValuedOn: Once, ServicerReference: Once, EntryReference: Once, Information: Each,
    BatchPaymentInformationId: First, BatchMessageId: First, BatchCount: First, BatchTotal: First,
    TransactionAmount: Once, InstructedAmount: Once,
    SourceCurrency: First, TargetCurrency: First, UnitCurrency: First, ExchangeRate: First, ContractId: First,
    Domain: First, Family: First, SubFamily: First, Proprietary: First, ProprietaryIssuer: First,
    /// Not a text: here a charge begins.
    ChargeStart: Each, ChargeAmount: Each, ChargeDirection: Each, ChargeIncluded: Each, ChargeKind: Each,
    MessageId: First, PaymentInformationId: Once, InstructionId: Once, EndToEndId: Once, Uetr: First,
    TransactionId: First, MandateId: First, ChequeNumber: First, ClearingReference: First,
    OwnerTransactionId: First, ServicerTransactionId: First,
    DebtorName: First, DebtorAccount: First, DebtorId: First, DebtorBic: First,
    CreditorName: First, CreditorAccount: First, CreditorId: First, CreditorBic: First,
    UltimateDebtorName: First, UltimateDebtorId: First, UltimateCreditorName: First, UltimateCreditorId: First,
    Purpose: First, Unstructured: Each,
    /// Not a text: here a structured remittance begins.
    StructuredStart: Each, Reference: Each, ReferenceKind: Each, ReferenceIssuer: Each, DocumentNumber: Each,
    AdditionalRemittance: Each, ReturnReason: First, ReturnInformation: Each, ReturnOriginator: First,
}

impl Field {
    /// True where a second text contradicts the first.
    pub(super) fn is_unique(self) -> bool {
        RULES[self as usize] == Rule::Once
    }

    /// True where each text counts.
    pub(super) fn repeats(self) -> bool {
        RULES[self as usize] == Rule::Each
    }

    /// What a text in `GrpHdr` is, by its path below it.
    pub(super) fn in_header(path: &[Tag]) -> Option<Field> {
        match path {
            [Tag::MsgId] => Some(Field::MessageId),
            [Tag::CreDtTm] => Some(Field::CreatedAt),
            [Tag::MsgPgntn, rest @ ..] => in_page(rest),
            _ => None,
        }
    }

    /// What a text in a `Rpt`, `Stmt` or `Ntfctn` is.
    pub(super) fn in_statement(path: &[Tag]) -> Option<Field> {
        Some(match path {
            [Tag::Id] => Field::Id,
            [Tag::ElctrncSeqNb] => Field::Sequence,
            [Tag::LglSeqNb] => Field::LegalSequence,
            [Tag::CreDtTm] => Field::CreatedAt,
            [Tag::CpyDplctInd] => Field::CopyOrDuplicate,
            [Tag::FrToDt, Tag::FrDtTm] => Field::PeriodFrom,
            [Tag::FrToDt, Tag::ToDtTm] => Field::PeriodTo,
            [Tag::Acct, Tag::Ccy] => Field::AccountCurrency,
            [Tag::Acct, rest @ ..] if is_account(rest) => Field::Account,
            [Tag::StmtPgntn | Tag::RptPgntn | Tag::NtfctnPgntn, rest @ ..] => return in_page(rest),
            [Tag::TxsSummry, Tag::TtlNtries, Tag::NbOfNtries] => Field::TotalCount,
            [Tag::TxsSummry, Tag::TtlNtries, Tag::Sum] => Field::TotalSum,
            [Tag::TxsSummry, Tag::TtlNtries, Tag::TtlNetNtryAmt]
            | [Tag::TxsSummry, Tag::TtlNtries, Tag::TtlNetNtry, Tag::Amt] => Field::TotalNet,
            [Tag::TxsSummry, Tag::TtlNtries, Tag::CdtDbtInd]
            | [Tag::TxsSummry, Tag::TtlNtries, Tag::TtlNetNtry, Tag::CdtDbtInd] => Field::TotalNetDirection,
            [Tag::TxsSummry, Tag::TtlCdtNtries, Tag::NbOfNtries] => Field::CreditCount,
            [Tag::TxsSummry, Tag::TtlCdtNtries, Tag::Sum] => Field::CreditSum,
            [Tag::TxsSummry, Tag::TtlDbtNtries, Tag::NbOfNtries] => Field::DebitCount,
            [Tag::TxsSummry, Tag::TtlDbtNtries, Tag::Sum] => Field::DebitSum,
            _ => return None,
        })
    }

    /// What a text in a `Bal` is.
    pub(super) fn in_balance(path: &[Tag]) -> Option<Field> {
        Some(match path {
            [Tag::Tp, Tag::CdOrPrtry, Tag::Cd] => Field::BalanceCode,
            [Tag::Amt] => Field::Amount,
            [Tag::CdtDbtInd] => Field::Direction,
            [Tag::Dt, Tag::Dt | Tag::DtTm] => Field::On,
            _ => return None,
        })
    }

    /// What a text in a `Ntry`, outside its `TxDtls`, is.
    pub(super) fn in_entry(path: &[Tag]) -> Option<Field> {
        Some(match path {
            [Tag::Amt] => Field::Amount,
            [Tag::CdtDbtInd] => Field::Direction,
            [Tag::Sts] | [Tag::Sts, Tag::Cd | Tag::Prtry] => Field::Status,
            [Tag::RvslInd] => Field::Reversal,
            [Tag::BookgDt] | [Tag::BookgDt, Tag::Dt | Tag::DtTm] => Field::BookedOn,
            [Tag::ValDt] | [Tag::ValDt, Tag::Dt | Tag::DtTm] => Field::ValuedOn,
            [Tag::AcctSvcrRef] => Field::ServicerReference,
            [Tag::NtryRef] => Field::EntryReference,
            [Tag::AddtlNtryInf] => Field::Information,
            [Tag::Btch, rest @ ..] | [Tag::NtryDtls, Tag::Btch, rest @ ..] => return in_batch(rest),
            _ => return in_both(path),
        })
    }

    /// What a text in a `TxDtls` is.
    pub(super) fn in_detail(path: &[Tag]) -> Option<Field> {
        Some(match path {
            [Tag::Refs, name] => return reference(*name),
            [Tag::RltdPties, side, rest @ ..] => return in_party(*side, rest),
            [Tag::RmtInf, rest @ ..] => return in_remittance(rest),
            [Tag::Amt] => Field::Amount,
            [Tag::CdtDbtInd] => Field::Direction,
            [Tag::RltdAgts, Tag::DbtrAgt, Tag::FinInstnId, Tag::BIC | Tag::BICFI] => Field::DebtorBic,
            [Tag::RltdAgts, Tag::CdtrAgt, Tag::FinInstnId, Tag::BIC | Tag::BICFI] => Field::CreditorBic,
            [Tag::Purp, Tag::Cd | Tag::Prtry] => Field::Purpose,
            [Tag::AddtlTxInf] => Field::Information,
            _ => return in_both(path),
        })
    }

    /// What begins with an element that holds others, where it may stand more than once.
    pub(super) fn starting(path: &[Tag]) -> Option<Field> {
        match path {
            [Tag::RmtInf, Tag::Strd] => Some(Field::StructuredStart),
            // Newer versions have one `Chrgs` with records, older ones a `Chrgs` for each.
            [Tag::Chrgs] | [Tag::Chrgs, Tag::Rcrd] => Some(Field::ChargeStart),
            _ => None,
        }
    }
}

fn in_page(path: &[Tag]) -> Option<Field> {
    match path {
        [Tag::PgNb] => Some(Field::PageNumber),
        [Tag::LastPgInd] => Some(Field::PageLast),
        _ => None,
    }
}

fn in_batch(path: &[Tag]) -> Option<Field> {
    match path {
        [Tag::PmtInfId] => Some(Field::BatchPaymentInformationId),
        [Tag::MsgId] => Some(Field::BatchMessageId),
        [Tag::NbOfTxs] => Some(Field::BatchCount),
        [Tag::TtlAmt] => Some(Field::BatchTotal),
        _ => None,
    }
}

/// What entries and their parts share.
fn in_both(path: &[Tag]) -> Option<Field> {
    Some(match path {
        [Tag::AmtDtls, Tag::TxAmt, Tag::Amt] => Field::TransactionAmount,
        [Tag::AmtDtls, Tag::InstdAmt, Tag::Amt] => Field::InstructedAmount,
        [Tag::AmtDtls, Tag::TxAmt | Tag::InstdAmt | Tag::CntrValAmt, Tag::CcyXchg, name] => match name {
            Tag::SrcCcy => Field::SourceCurrency,
            Tag::TrgtCcy => Field::TargetCurrency,
            Tag::UnitCcy => Field::UnitCurrency,
            Tag::XchgRate => Field::ExchangeRate,
            Tag::CtrctId => Field::ContractId,
            _ => return None,
        },
        [Tag::BkTxCd, Tag::Domn, Tag::Cd] => Field::Domain,
        [Tag::BkTxCd, Tag::Domn, Tag::Fmly, Tag::Cd] => Field::Family,
        [Tag::BkTxCd, Tag::Domn, Tag::Fmly, Tag::SubFmlyCd] => Field::SubFamily,
        [Tag::BkTxCd, Tag::Prtry, Tag::Cd] => Field::Proprietary,
        [Tag::BkTxCd, Tag::Prtry, Tag::Issr] => Field::ProprietaryIssuer,
        [Tag::Chrgs, Tag::Rcrd, rest @ ..] | [Tag::Chrgs, rest @ ..] => match rest {
            [Tag::Amt] => Field::ChargeAmount,
            [Tag::CdtDbtInd] => Field::ChargeDirection,
            [Tag::ChrgInclInd] => Field::ChargeIncluded,
            [Tag::Tp, Tag::Cd | Tag::Prtry] | [Tag::Tp, Tag::Prtry, Tag::Id] => Field::ChargeKind,
            _ => return None,
        },
        [Tag::RtrInf, Tag::Rsn | Tag::RtrRsn, Tag::Cd | Tag::Prtry] => Field::ReturnReason,
        [Tag::RtrInf, Tag::AddtlInf] => Field::ReturnInformation,
        [Tag::RtrInf, Tag::Orgtr, Tag::Nm] => Field::ReturnOriginator,
        _ => return None,
    })
}

fn reference(name: Tag) -> Option<Field> {
    Some(match name {
        Tag::MsgId => Field::MessageId,
        Tag::AcctSvcrRef => Field::ServicerReference,
        Tag::PmtInfId => Field::PaymentInformationId,
        Tag::InstrId => Field::InstructionId,
        Tag::EndToEndId => Field::EndToEndId,
        Tag::UETR => Field::Uetr,
        Tag::TxId => Field::TransactionId,
        Tag::MndtId => Field::MandateId,
        Tag::ChqNb => Field::ChequeNumber,
        Tag::ClrSysRef => Field::ClearingReference,
        Tag::AcctOwnrTxId => Field::OwnerTransactionId,
        Tag::AcctSvcrTxId => Field::ServicerTransactionId,
        _ => return None,
    })
}

fn in_party(side: Tag, path: &[Tag]) -> Option<Field> {
    let by_side =
        |debtor, creditor, ultimate_debtor: Option<Field>, ultimate_creditor: Option<Field>| match side {
            Tag::Dbtr => Some(debtor),
            Tag::Cdtr => Some(creditor),
            Tag::UltmtDbtr => ultimate_debtor,
            Tag::UltmtCdtr => ultimate_creditor,
            _ => None,
        };
    match (side, path) {
        (Tag::DbtrAcct, path) => is_account(path).then_some(Field::DebtorAccount),
        (Tag::CdtrAcct, path) => is_account(path).then_some(Field::CreditorAccount),
        (_, [Tag::Nm] | [Tag::Pty, Tag::Nm] | [Tag::Agt, Tag::FinInstnId, Tag::Nm]) => by_side(
            Field::DebtorName,
            Field::CreditorName,
            Some(Field::UltimateDebtorName),
            Some(Field::UltimateCreditorName),
        ),
        (
            _,
            [Tag::Id, Tag::PrvtId | Tag::OrgId, Tag::Othr, Tag::Id]
            | [Tag::Pty, Tag::Id, Tag::PrvtId | Tag::OrgId, Tag::Othr, Tag::Id],
        ) => by_side(
            Field::DebtorId,
            Field::CreditorId,
            Some(Field::UltimateDebtorId),
            Some(Field::UltimateCreditorId),
        ),
        _ => None,
    }
}

fn is_account(path: &[Tag]) -> bool {
    matches!(path, [Tag::Id, Tag::IBAN | Tag::BBAN] | [Tag::Id, Tag::Othr | Tag::PrtryAcct, Tag::Id])
}

fn in_remittance(path: &[Tag]) -> Option<Field> {
    Some(match path {
        [Tag::Ustrd] => Field::Unstructured,
        [Tag::Strd, Tag::CdtrRefInf, Tag::Ref | Tag::CdtrRef] => Field::Reference,
        [Tag::Strd, Tag::CdtrRefInf, Tag::Tp | Tag::CdtrRefTp, rest @ ..] => match rest {
            [Tag::Cd | Tag::Prtry] | [Tag::CdOrPrtry, Tag::Cd | Tag::Prtry] => Field::ReferenceKind,
            [Tag::Issr] => Field::ReferenceIssuer,
            _ => return None,
        },
        [Tag::Strd, Tag::RfrdDocInf, Tag::Nb | Tag::RfrdDocNb] => Field::DocumentNumber,
        [Tag::Strd, Tag::AddtlRmtInf] => Field::AdditionalRemittance,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_all_versions_are_one_field() {
        for (path, field) in [
            (&[Tag::Sts] as &[Tag], Some(Field::Status)),
            (&[Tag::Sts, Tag::Cd], Some(Field::Status)),
            (&[Tag::AmtDtls, Tag::InstdAmt, Tag::Amt], Some(Field::InstructedAmount)),
            (&[Tag::Chrgs, Tag::Rcrd, Tag::Amt], Some(Field::ChargeAmount)),
            (&[Tag::Chrgs, Tag::Amt], Some(Field::ChargeAmount)),
            (&[Tag::Other, Tag::Amt], None),
        ] {
            assert_eq!(Field::in_entry(path), field, "{path:?}");
        }
        for path in
            [&[Tag::RltdPties, Tag::Dbtr, Tag::Nm] as &[Tag], &[Tag::RltdPties, Tag::Dbtr, Tag::Pty, Tag::Nm]]
        {
            assert_eq!(Field::in_detail(path), Some(Field::DebtorName), "{path:?}");
        }
    }

    #[test]
    fn an_amount_deeper_down_is_not_the_amount_of_the_entry() {
        assert_eq!(Field::in_entry(&[Tag::NtryDtls, Tag::Amt]), None);
        assert_eq!(Field::in_detail(&[Tag::AmtDtls, Tag::Amt]), None);
    }
}
