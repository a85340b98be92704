//! Memory that is of no use any more.

/// Gives back to the system what is free, also in between: after a configuration was read, most of
/// the memory that that took is. Takes some milliseconds where there is much. Only glibc keeps so
/// much that it has to be asked.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it takes no pointer, may be called at any time from any thread, and moves nothing.
    let _any = unsafe { nix::libc::malloc_trim(0) };
}
