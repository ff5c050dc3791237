//! Bytes of the operating system's generator.

/// Fills all of it.
///
/// A guessable key or a repeated id is worse than no service: without the system's generator the process ends.
pub fn fill(bytes: &mut [u8]) {
    if aws_lc_rs::rand::fill(bytes).is_err() {
        std::process::abort();
    }
}
