//! Signed in: nothing but the public routes is reached without it.
