//! Passwords: kept as an Argon2id hash only.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};

/// The fewest characters a password may have.
pub const LENGTH_MIN: usize = 12;

/// A password that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It is too short.
    #[error("a password needs at least {LENGTH_MIN} characters")]
    Short,
    /// The operating system gave no random salt.
    #[error("the password could not be hashed")]
    Hash,
}

/// The hash of a new password.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if password.trim().chars().count() < LENGTH_MIN {
        return Err(PasswordError::Short);
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Hash)
}

/// True when this is the password of the hash.
pub fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_and_a_short_one_is_refused() {
        let hashed = hash("juiste paardenbatterij").expect("a hash");
        assert!(verify("juiste paardenbatterij", &hashed));
        assert!(!verify("juiste paardenbatterj", &hashed));
        assert!(!verify("juiste paardenbatterij", "no hash"));
        assert_eq!(hash("elf tekens!"), Err(PasswordError::Short));
    }
}
