//! Handing in a photograph or scan of evidence. What it is follows from its content, never from its name; it is kept by
//! the hash of its content, together with what was recorded about it or not at all.

use grip_engine::bank::payment_run::hex;
use grip_engine::id::HouseholdId;
use sha2::{Digest, Sha256};

use super::record::{self, Kept, OnKnownReference};
use super::{FlowError, retry};
use crate::auth::grant::Grant;
use crate::intake::{EventIn, IntakeError};
use crate::store::evidence_file::{self, EvidenceFile};
use crate::store::{Change, Store, StoreError, household};

/// The most bytes of one file: a photograph of a telephone is smaller.
pub const BYTES_MAX: usize = 10 * 1024 * 1024;

/// The most files of one receipt.
pub const FILES_MAX: usize = 5;

/// Keeps a file of a household, so that evidence can name it by its hash.
pub async fn hand_in(
    store: &Store,
    grant: &Grant,
    household: HouseholdId,
    bytes: &[u8],
) -> Result<(EvidenceFile, Kept), FlowError> {
    retry!(try_hand_in(store, grant, household, bytes))
}

async fn try_hand_in(
    store: &Store,
    grant: &Grant,
    id: HouseholdId,
    bytes: &[u8],
) -> Result<(EvidenceFile, Kept), FlowError> {
    let file = examined(bytes)?;
    let mut change = store.begin(grant, format!("evidence of household {id}")).await?;
    let known = household::file(&mut change, id).await?;
    known.ok_or_else(|| FlowError::NotFound { what: "household", id: id.to_string() })?;
    let kept = keep(&mut change, id, &file).await?;
    if kept == Kept::New {
        change.commit().await?;
    }
    Ok((file, kept))
}

/// Keeps files and records the evidence that they show: both, or nothing.
pub async fn record(
    store: &Store,
    grant: &Grant,
    household: HouseholdId,
    event: &EventIn,
    files: &[Vec<u8>],
) -> Result<Kept, FlowError> {
    retry!(try_record(store, grant, household, event, files))
}

async fn try_record(
    store: &Store,
    grant: &Grant,
    id: HouseholdId,
    event: &EventIn,
    files: &[Vec<u8>],
) -> Result<Kept, FlowError> {
    if FILES_MAX < files.len() {
        return Err(IntakeError::new(
            format!("{} files are too many: hand in at most {FILES_MAX} for one receipt", files.len()),
            format!("{} bestanden is te veel: lever er hoogstens {FILES_MAX} in bij een bon", files.len()),
        )
        .into());
    }
    let files = files.iter().map(|bytes| examined(bytes)).collect::<Result<Vec<_>, _>>()?;
    let mut event = Box::new(event.clone());
    let evidence = event.evidence.as_mut().ok_or(StoreError::Missing)?;
    if !files.is_empty() {
        evidence.file = Some(files.iter().map(|file| file.sha256.clone()).collect());
    }
    let mut change = store.begin(grant, format!("evidence of household {id}")).await?;
    for file in &files {
        keep(&mut change, id, file).await?;
    }
    let kept = Box::pin(record::event(&mut change, id, &event, 0, OnKnownReference::Refuse)).await?;
    if kept == Kept::New {
        change.commit().await?;
    }
    Ok(kept)
}

async fn keep(change: &mut Change, household: HouseholdId, file: &EvidenceFile) -> Result<Kept, FlowError> {
    let is_new = evidence_file::add(change, household, file).await?;
    Ok(if is_new { Kept::New } else { Kept::Known })
}

/// The file, when its content is a JPEG, PNG or PDF of a size that is kept.
fn examined(bytes: &[u8]) -> Result<EvidenceFile, IntakeError> {
    if BYTES_MAX < bytes.len() {
        return Err(too_large());
    }
    let found = infer::get(bytes).map(|kind| kind.mime_type());
    let allowed = ["image/jpeg", "image/png", "application/pdf"];
    let media_type = found.filter(|found| allowed.contains(found) && is_whole(bytes, found)).ok_or_else(|| {
        IntakeError::new(
            "the content is no JPEG, PNG or PDF, whatever it is called: take a photograph, or save it as PDF",
            "de inhoud is geen JPEG, PNG of PDF, hoe het bestand ook heet: maak een foto, of bewaar het als PDF",
        )
    })?;
    Ok(EvidenceFile {
        sha256: hex(&Sha256::digest(bytes)),
        media_type: media_type.to_owned(),
        body: bytes.to_vec(),
    })
}

/// True when the content goes on as it begins: an image says how large it is, and a PDF ends.
fn is_whole(bytes: &[u8], media_type: &str) -> bool {
    if media_type == "application/pdf" {
        let end = &bytes[bytes.len().saturating_sub(2048)..];
        return end.windows(5).any(|word| word == b"%%EOF");
    }
    imagesize::blob_size(bytes).is_ok_and(|size| 0 < size.width && 0 < size.height)
}

/// The headers with which the bytes of a file go out. Somebody else made them: a browser shows an image, saves a PDF,
/// and runs nothing of either, whatever the bytes hold. The name is ours.
pub fn headers(file: &EvidenceFile) -> [(&'static str, String); 5] {
    let (ending, way) = match file.media_type.as_str() {
        "image/jpeg" => ("jpg", "inline"),
        "image/png" => ("png", "inline"),
        _ => ("pdf", "attachment"),
    };
    let name: String = file.sha256.chars().take(12).collect();
    [
        ("content-type", file.media_type.clone()),
        ("content-disposition", format!("{way}; filename=\"bewijs-{name}.{ending}\"")),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("cross-origin-resource-policy", "same-origin".to_owned()),
    ]
}

/// A file of more bytes than are kept.
pub fn too_large() -> IntakeError {
    IntakeError::new(
        "the file is larger than 10 MB: make the photograph smaller",
        "het bestand is groter dan 10 MB: maak de foto kleiner",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is_follows_from_its_content() {
        let kind = |bytes: &[u8]| examined(bytes).map(|file| file.media_type).map_err(|error| error.english);
        let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0";
        assert_eq!(kind(jpeg), Ok("image/jpeg".to_owned()));
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x10\x08\x02\0\0\0";
        assert_eq!(kind(png), Ok("image/png".to_owned()));
        assert_eq!(kind(b"%PDF-1.7\n%%EOF\n"), Ok("application/pdf".to_owned()));
        for posing in [
            &b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>"[..],
            b"<!doctype html><script></script>",
            b"GIF89a",
            b"\xff\xd8\xff\xe0<html><script>alert(1)</script></html>",
            b"\xff\xd8\xff\xe0\0\x10JFIF\0",
            b"%PDF-1.4\n<script>alert(1)</script>",
            b"PK\x03\x04",
            b"MZ",
            b"",
        ] {
            assert!(kind(posing).is_err_and(|error| error.contains("no JPEG, PNG or PDF")), "{posing:?}");
        }
        let mut large = b"%PDF-1.7\n".to_vec();
        large.resize(BYTES_MAX - 6, b' ');
        large.extend(b"%%EOF\n");
        assert!(kind(&large).is_ok());
        large.push(b' ');
        assert!(kind(&large).is_err_and(|error| error.contains("larger than 10 MB")));
    }
}
