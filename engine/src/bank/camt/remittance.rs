//! What a payment is for, in structure: a reference with its kind and issuer, the number of a document.

use super::place::Field;
use super::raw::Raw;
use super::value::{collapsed, trimmed};

/// One `Strd`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StructuredRemittance {
    /// The reference of the creditor: betalingskenmerk or RF reference.
    pub reference: Option<String>,
    /// Its kind: `SCOR`, or the bank's own.
    pub kind: Option<String>,
    /// Who gave the kind: `CUR` for a betalingskenmerk, `ISO` for an RF reference.
    pub issuer: Option<String>,
    /// The number of the invoice or other document.
    pub document_number: Option<String>,
    /// Further lines, exactly as they stand in the file.
    pub additional: Vec<String>,
}

impl StructuredRemittance {
    /// The structured remittances that say something, in the order of the file.
    pub(super) fn all(raw: &Raw) -> Vec<StructuredRemittance> {
        let mut all: Vec<StructuredRemittance> = Vec::new();
        for one in raw.from(Field::StructuredStart) {
            if one.field == Field::StructuredStart {
                all.push(StructuredRemittance::default());
                continue;
            }
            let Some(last) = all.last_mut() else { continue };
            if one.field == Field::AdditionalRemittance {
                if !trimmed(&one.text).is_empty() {
                    last.additional.push(one.text.clone());
                }
                continue;
            }
            let slot = match one.field {
                Field::Reference => &mut last.reference,
                Field::ReferenceKind => &mut last.kind,
                Field::ReferenceIssuer => &mut last.issuer,
                Field::DocumentNumber => &mut last.document_number,
                _ => continue,
            };
            let text = collapsed(&one.text);
            if slot.is_none() && !text.is_empty() {
                *slot = Some(text);
            }
        }
        all.retain(|one| *one != StructuredRemittance::default());
        all
    }
}
