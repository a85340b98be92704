//! What the program says about itself.

/// The keepalived release whose behaviour is followed.
pub(crate) const KEEPALIVED: &str = "2.4.3";

/// `stillalive 0.1.0 (runs keepalived.conf as keepalived 2.4.3 does)`.
pub(crate) fn own() -> String {
    format!(
        "stillalive {} (runs keepalived.conf as keepalived {KEEPALIVED} does)",
        env!("CARGO_PKG_VERSION")
    )
}

/// What of D-Bus and SNMP is built in.
const MANAGEMENT: &str = match (cfg!(feature = "snmp"), cfg!(feature = "dbus")) {
    (true, true) => " SNMP_V3_FOR_V2 SNMP_VRRP SNMP_RFCV2 SNMP_RFCV3 DBUS",
    (true, false) => " SNMP_V3_FOR_V2 SNMP_VRRP SNMP_RFCV2 SNMP_RFCV3",
    (false, true) => " DBUS",
    (false, false) => "",
};

/// `-v` under keepalived's name. Tools read the version from the first line and the words of the
/// option lines: only what is there is named.
pub(crate) fn as_keepalived() -> String {
    let (release, build) = match nix::sys::utsname::uname() {
        Ok(name) => (
            name.release().to_string_lossy().into_owned(),
            name.version().to_string_lossy().into_owned(),
        ),
        Err(_) => ("unknown".to_owned(), String::new()),
    };
    format!(
        "Keepalived v{KEEPALIVED} (stillalive {})\n\n\
         stillalive, MIT OR Apache-2.0; not keepalived, but in its place\n\n\
         Running on Linux {release} {build}\n\n\
         configure options: --enable-json\n\n\
         Config options:  VRRP VRRP_AUTH JSON OLD_CHKSUM_COMPAT{MANAGEMENT} SYSTEMD_NOTIFY\n\n\
         System options:  IFA_FLAGS IFA_PROTO F_OFD_SETLK IPV6_FREEBIND IPV6_MULTICAST_ALL",
        env!("CARGO_PKG_VERSION")
    )
}
