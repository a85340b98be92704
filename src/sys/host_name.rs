//! The name of this host, its own and as the resolver knows it. No crate at hand asks for canonical names.

use std::ffi::{CStr, CString};
use std::ptr;

use nix::libc;

/// The name that this host has given itself; empty if the kernel does not tell.
pub fn own() -> String {
    let host = nix::sys::utsname::uname();
    host.map(|host| host.nodename().to_string_lossy().into_owned()).unwrap_or_default()
}

/// The canonical name of this host (`node1.example.org`), or its own name if the resolver knows no
/// better one. Asks name servers, which may take its time.
pub fn canonical() -> Option<String> {
    let own = nix::sys::utsname::uname().ok()?.nodename().to_str()?.to_owned();
    Some(resolved(&own).unwrap_or(own))
}

/// The canonical name of a host.
fn resolved(name: &str) -> Option<String> {
    let name = CString::new(name).ok()?;
    // SAFETY: all-zero is a valid `addrinfo` without pointers to anything.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_flags = libc::AI_CANONNAME;
    hints.ai_socktype = libc::SOCK_STREAM;
    let mut found: *mut libc::addrinfo = ptr::null_mut();
    // SAFETY: the name ends in NUL, hints and result outlive the call, no service is asked for.
    let status =
        unsafe { libc::getaddrinfo(name.as_ptr(), ptr::null(), &raw const hints, &raw mut found) };
    if status != 0 || found.is_null() {
        return None;
    }
    // SAFETY: after success it points to a list of at least one entry, whose canonical name is NULL
    // or a text that ends in NUL; both live until they are freed below.
    let canonical = unsafe {
        let text = (*found).ai_canonname;
        (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
    };
    // SAFETY: it comes from `getaddrinfo` and is not used after this.
    unsafe { libc::freeaddrinfo(found) };
    canonical
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_a_name_whatever_its_resolver_says() {
        assert!(canonical().is_some_and(|name| !name.is_empty()));
        // Addresses have themselves as their name; a name is never so long.
        assert_eq!(resolved("127.0.0.1").as_deref(), Some("127.0.0.1"));
        assert_eq!(resolved(&"x".repeat(300)), None);
        assert_eq!(resolved("nul\0"), None);
    }
}
