//! A statement as its file writes it: texts and the lines they stand on, nothing understood yet.

use super::tag::Tag;

/// A text and the line on which its element starts.
#[derive(Clone, Debug, Default)]
pub(super) struct RawText {
    pub(super) line: u64,
    pub(super) element: &'static str,
    pub(super) text: String,
    /// The attribute `Ccy`.
    pub(super) currency: Option<String>,
}

/// The content of an element without elements in it, just read.
#[derive(Clone, Copy)]
pub(super) struct Leaf<'a> {
    pub(super) line: u64,
    pub(super) tag: Tag,
    pub(super) text: &'a str,
    pub(super) currency: Option<&'a str>,
}

/// What became of a leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was kept, or it carries nothing that is needed.
    Fine,
    /// It stands a second time where one is allowed.
    Twice,
}

/// The page of a statement that is sent in several files.
#[derive(Clone, Debug, Default)]
pub(super) struct RawPage {
    pub(super) number: Option<RawText>,
    pub(super) last: Option<RawText>,
}

/// The head of a `Rpt`, `Stmt` or `Ntfctn`.
#[derive(Debug, Default)]
pub(super) struct RawStatement {
    pub(super) line: u64,
    pub(super) id: Option<RawText>,
    pub(super) sequence: Option<RawText>,
    pub(super) legal_sequence: Option<RawText>,
    pub(super) account: Option<RawText>,
    pub(super) currency: Option<RawText>,
    pub(super) page: RawPage,
}

/// A `Bal`.
#[derive(Debug, Default)]
pub(super) struct RawBalance {
    pub(super) line: u64,
    pub(super) code: Option<RawText>,
    pub(super) amount: Option<RawText>,
    pub(super) direction: Option<RawText>,
    pub(super) on: Option<RawText>,
}

/// A `Ntry`.
#[derive(Debug, Default)]
pub(super) struct RawEntry {
    pub(super) line: u64,
    pub(super) amount: Option<RawText>,
    pub(super) direction: Option<RawText>,
    pub(super) status: Option<RawText>,
    pub(super) reversal: Option<RawText>,
    pub(super) booked_on: Option<RawText>,
    pub(super) valued_on: Option<RawText>,
    pub(super) bank_reference: Option<RawText>,
    pub(super) entry_reference: Option<RawText>,
    pub(super) information: Option<RawText>,
    pub(super) return_reason: Option<RawText>,
    pub(super) batch: RawBatch,
    /// How many `TxDtls` it has.
    pub(super) transactions: u64,
    /// The `TxDtls`, where they were asked for.
    pub(super) details: Vec<RawDetail>,
}

/// A `Btch`.
#[derive(Debug, Default)]
pub(super) struct RawBatch {
    pub(super) payment_information_id: Option<RawText>,
    pub(super) message_id: Option<RawText>,
    pub(super) count: Option<RawText>,
    pub(super) total: Option<RawText>,
}

/// A `TxDtls`.
#[derive(Debug, Default)]
pub(super) struct RawDetail {
    pub(super) end_to_end_id: Option<RawText>,
    pub(super) instruction_id: Option<RawText>,
    pub(super) payment_information_id: Option<RawText>,
    pub(super) amount: Option<RawText>,
    pub(super) transaction_amount: Option<RawText>,
    pub(super) instructed_amount: Option<RawText>,
    pub(super) direction: Option<RawText>,
    pub(super) debtor: RawParty,
    pub(super) creditor: RawParty,
    pub(super) remittance: Vec<String>,
    pub(super) structured_reference: Option<RawText>,
    pub(super) return_reason: Option<RawText>,
}

/// A debtor or a creditor.
#[derive(Debug, Default)]
pub(super) struct RawParty {
    pub(super) name: Option<RawText>,
    pub(super) account: Option<RawText>,
}

impl Leaf<'_> {
    /// Keeps the leaf where nothing stands yet.
    fn once(self, slot: &mut Option<RawText>) -> Taken {
        if slot.is_some() {
            return Taken::Twice;
        }
        *slot = Some(RawText {
            line: self.line,
            element: self.tag.name(),
            text: self.text.to_owned(),
            currency: self.currency.map(str::to_owned),
        });
        Taken::Fine
    }

    /// Keeps the first of several.
    fn first(self, slot: &mut Option<RawText>) -> Taken {
        self.once(slot);
        Taken::Fine
    }
}

impl RawPage {
    pub(super) fn take(&mut self, path: &[Tag], leaf: Leaf<'_>) -> Taken {
        match path {
            [Tag::PgNb] => leaf.first(&mut self.number),
            [Tag::LastPgInd] => leaf.first(&mut self.last),
            _ => Taken::Fine,
        }
    }
}

impl RawStatement {
    pub(super) fn take(&mut self, path: &[Tag], leaf: Leaf<'_>) -> Taken {
        match path {
            [Tag::Id] => leaf.once(&mut self.id),
            [Tag::ElctrncSeqNb] => leaf.once(&mut self.sequence),
            [Tag::LglSeqNb] => leaf.once(&mut self.legal_sequence),
            [Tag::Acct, Tag::Ccy] => leaf.once(&mut self.currency),
            [Tag::Acct, Tag::Id, Tag::IBAN | Tag::BBAN]
            | [Tag::Acct, Tag::Id, Tag::Othr | Tag::PrtryAcct, Tag::Id] => leaf.once(&mut self.account),
            [Tag::StmtPgntn | Tag::RptPgntn | Tag::NtfctnPgntn, rest @ ..] => self.page.take(rest, leaf),
            _ => Taken::Fine,
        }
    }
}

impl RawBalance {
    pub(super) fn take(&mut self, path: &[Tag], leaf: Leaf<'_>) -> Taken {
        match path {
            [Tag::Tp, Tag::CdOrPrtry, Tag::Cd] => leaf.once(&mut self.code),
            [Tag::Amt] => leaf.once(&mut self.amount),
            [Tag::CdtDbtInd] => leaf.once(&mut self.direction),
            [Tag::Dt, Tag::Dt | Tag::DtTm] => leaf.once(&mut self.on),
            _ => Taken::Fine,
        }
    }
}

impl RawEntry {
    pub(super) fn take(&mut self, path: &[Tag], leaf: Leaf<'_>) -> Taken {
        match path {
            [Tag::Amt] => leaf.once(&mut self.amount),
            [Tag::CdtDbtInd] => leaf.once(&mut self.direction),
            [Tag::Sts] | [Tag::Sts, Tag::Cd | Tag::Prtry] => leaf.once(&mut self.status),
            [Tag::RvslInd] => leaf.once(&mut self.reversal),
            [Tag::BookgDt] | [Tag::BookgDt, Tag::Dt | Tag::DtTm] => leaf.once(&mut self.booked_on),
            [Tag::ValDt] | [Tag::ValDt, Tag::Dt | Tag::DtTm] => leaf.once(&mut self.valued_on),
            [Tag::AcctSvcrRef] => leaf.once(&mut self.bank_reference),
            [Tag::NtryRef] => leaf.once(&mut self.entry_reference),
            [Tag::AddtlNtryInf] => leaf.once(&mut self.information),
            [Tag::RtrInf, Tag::Rsn | Tag::RtrRsn, Tag::Cd | Tag::Prtry] => {
                leaf.first(&mut self.return_reason)
            }
            [Tag::Btch, rest @ ..] | [Tag::NtryDtls, Tag::Btch, rest @ ..] => self.batch.take(rest, leaf),
            _ => Taken::Fine,
        }
    }
}

impl RawBatch {
    fn take(&mut self, path: &[Tag], leaf: Leaf<'_>) -> Taken {
        match path {
            [Tag::PmtInfId] => leaf.first(&mut self.payment_information_id),
            [Tag::MsgId] => leaf.first(&mut self.message_id),
            [Tag::NbOfTxs] => leaf.first(&mut self.count),
            [Tag::TtlAmt] => leaf.first(&mut self.total),
            _ => Taken::Fine,
        }
    }
}

impl RawDetail {
    pub(super) fn take(&mut self, path: &[Tag], leaf: Leaf<'_>) -> Taken {
        match path {
            [Tag::Refs, Tag::EndToEndId] => leaf.once(&mut self.end_to_end_id),
            [Tag::Refs, Tag::InstrId] => leaf.once(&mut self.instruction_id),
            [Tag::Refs, Tag::PmtInfId] => leaf.once(&mut self.payment_information_id),
            [Tag::Amt] => leaf.once(&mut self.amount),
            [Tag::AmtDtls, Tag::TxAmt, Tag::Amt] => leaf.once(&mut self.transaction_amount),
            [Tag::AmtDtls, Tag::InstdAmt, Tag::Amt] => leaf.once(&mut self.instructed_amount),
            [Tag::CdtDbtInd] => leaf.once(&mut self.direction),
            [Tag::RltdPties, side, rest @ ..] => match side {
                Tag::Dbtr => self.debtor.take_name(rest, leaf),
                Tag::Cdtr => self.creditor.take_name(rest, leaf),
                Tag::DbtrAcct => self.debtor.take_account(rest, leaf),
                Tag::CdtrAcct => self.creditor.take_account(rest, leaf),
                _ => Taken::Fine,
            },
            [Tag::RmtInf, Tag::Ustrd] => {
                self.remittance.push(leaf.text.to_owned());
                Taken::Fine
            }
            [Tag::RmtInf, Tag::Strd, Tag::CdtrRefInf, Tag::Ref | Tag::CdtrRef] => {
                leaf.first(&mut self.structured_reference)
            }
            [Tag::RtrInf, Tag::Rsn | Tag::RtrRsn, Tag::Cd | Tag::Prtry] => {
                leaf.first(&mut self.return_reason)
            }
            _ => Taken::Fine,
        }
    }
}

impl RawParty {
    fn take_name(&mut self, path: &[Tag], leaf: Leaf<'_>) -> Taken {
        match path {
            [Tag::Nm] | [Tag::Pty, Tag::Nm] | [Tag::Agt, Tag::FinInstnId, Tag::Nm] => {
                leaf.first(&mut self.name)
            }
            _ => Taken::Fine,
        }
    }

    fn take_account(&mut self, path: &[Tag], leaf: Leaf<'_>) -> Taken {
        match path {
            [Tag::Id, Tag::IBAN | Tag::BBAN] | [Tag::Id, Tag::Othr | Tag::PrtryAcct, Tag::Id] => {
                leaf.first(&mut self.account)
            }
            _ => Taken::Fine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(tag: Tag, text: &str) -> Leaf<'_> {
        Leaf { line: 1, tag, text, currency: None }
    }

    #[test]
    fn both_spellings_of_a_status_fill_the_same_field_once() {
        let mut entry = RawEntry::default();
        assert!(entry.take(&[Tag::Sts, Tag::Cd], leaf(Tag::Cd, "BOOK")) == Taken::Fine);
        assert!(entry.take(&[Tag::Sts], leaf(Tag::Sts, "PDNG")) == Taken::Twice);
        assert_eq!(entry.status.map(|status| status.text), Some("BOOK".to_owned()));
    }

    #[test]
    fn an_amount_deeper_down_is_not_the_amount_of_the_entry() {
        let mut entry = RawEntry::default();
        let path = [Tag::AmtDtls, Tag::InstdAmt, Tag::Amt];
        assert!(entry.take(&path, leaf(Tag::Amt, "999.00")) == Taken::Fine);
        assert!(entry.amount.is_none());
    }
}
