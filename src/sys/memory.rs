//! Memory that is of no use any more.

/// Has free memory given back as soon as there are some hundred kilobytes of it. Without that the
/// limit grows with the largest piece that was ever freed, which is the text of the configuration.
pub fn keep_little() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: sets a number; no other thread allocates anything yet.
    let _accepted = unsafe { nix::libc::mallopt(nix::libc::M_TRIM_THRESHOLD, KEPT) };
}

/// Bytes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const KEPT: std::ffi::c_int = 256 * 1024;

/// Gives back to the system what is free, also in between: after a configuration was read, most of
/// the memory that that took is. Takes some milliseconds where there is much. Only glibc keeps so
/// much that it has to be asked.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it takes no pointer, may be called at any time from any thread, and moves nothing.
    let _any = unsafe { nix::libc::malloc_trim(0) };
}
