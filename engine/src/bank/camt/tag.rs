//! The names of elements that carry meaning here, as numbers that compare fast.

macro_rules! tags {
    ($($name:ident)*) => {
        /// A local element name; every name without meaning here is `Other`.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[expect(clippy::upper_case_acronyms, reason = "the schema writes IBAN and BIC")]
        pub(super) enum Tag { #[default] Other, $($name,)* }

        const ALL: &[Tag] = &[$(Tag::$name,)*];

        impl Tag {
            pub(super) const fn name(self) -> &'static str {
                match self {
                    Tag::Other => "element",
                    $(Tag::$name => stringify!($name),)*
                }
            }
        }
    };
}

tags! {
    Document BkToCstmrAcctRpt BkToCstmrStmt BkToCstmrDbtCdtNtfctn
    GrpHdr MsgPgntn StmtPgntn RptPgntn NtfctnPgntn PgNb LastPgInd CreDtTm
    Rpt Stmt Ntfctn Id ElctrncSeqNb LglSeqNb Acct Ccy IBAN Othr BBAN PrtryAcct CpyDplctInd FrToDt FrDtTm ToDtTm
    TxsSummry TtlNtries TtlCdtNtries TtlDbtNtries NbOfNtries Sum TtlNetNtryAmt TtlNetNtry
    Bal Tp CdOrPrtry Cd Prtry Dt DtTm
    Ntry NtryRef Amt CdtDbtInd RvslInd Sts BookgDt ValDt AcctSvcrRef AddtlNtryInf
    BkTxCd Domn Fmly SubFmlyCd Issr Chrgs Rcrd ChrgInclInd
    NtryDtls Btch PmtInfId MsgId NbOfTxs TtlAmt
    TxDtls Refs EndToEndId InstrId UETR TxId MndtId ChqNb ClrSysRef AcctOwnrTxId AcctSvcrTxId
    AmtDtls TxAmt InstdAmt CntrValAmt CcyXchg SrcCcy TrgtCcy UnitCcy XchgRate CtrctId
    RltdPties Dbtr Cdtr DbtrAcct CdtrAcct UltmtDbtr UltmtCdtr Pty Agt FinInstnId Nm PrvtId OrgId
    RltdAgts DbtrAgt CdtrAgt BIC BICFI Purp AddtlTxInf
    RmtInf Ustrd Strd CdtrRefInf Ref CdtrRef CdtrRefTp RfrdDocInf Nb RfrdDocNb AddtlRmtInf
    RtrInf Rsn RtrRsn AddtlInf Orgtr SplmtryData
}

/// Each tag at the place of its name; the build fails where two names share a place.
static PLACES: [Tag; 4096] = {
    let mut places = [Tag::Other; 4096];
    let mut next = 0;
    while next < ALL.len() {
        let place = place(ALL[next].name());
        assert!(matches!(places[place], Tag::Other), "choose another seed");
        places[place] = ALL[next];
        next += 1;
    }
    places
};

/// A number below 4096 that differs for all names above: the first and the last eight bytes and the length, times a
/// number found by trying.
const fn place(name: &str) -> usize {
    let (first, last) = ends(name.as_bytes());
    let key = first ^ last.rotate_left(29) ^ name.len() as u64;
    (key.wrapping_mul(0x6A99_B4B1_F77D_D0FD) >> 52) as usize
}

/// The first and the last eight bytes of a name, or all of it twice: together they are every byte of 16.
const fn ends(name: &[u8]) -> (u64, u64) {
    if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        return (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    }
    let (mut all, mut next) = (0_u64, 0);
    while next < name.len() {
        all |= (name[next] as u64) << (8 * next);
        next += 1;
    }
    (all, all)
}

impl Tag {
    pub(super) fn of(name: &str) -> Tag {
        let tag = PLACES[place(name)];
        if tag.name() == name { tag } else { Tag::Other }
    }

    /// True for the element that holds the entries of one account.
    pub(super) fn is_statement(self) -> bool {
        matches!(self, Tag::Rpt | Tag::Stmt | Tag::Ntfctn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_exactly_as_the_schema_writes_it() {
        assert_eq!(Tag::of("Ntry"), Tag::Ntry);
        for tag in ALL {
            assert_eq!(Tag::of(tag.name()), *tag);
        }
        for other in ["ntry", "", "element", "Ntrys", "é"] {
            assert_eq!(Tag::of(other), Tag::Other);
        }
    }
}
