//! What two dumps have in common: lines of our release and of keepalived 2.2.7 in one form.

use std::path::Path;

/// Lines that came after 2.2.7. `tests/dumps` compares them with keepalived 2.4.3.
const LATER: &[&str] = &[
    " Replace symlinks",
    " keep script symlinks",
    " Use VRRPv2 checksum",
    " SNMP VS stats",
    " SNMP RS stats",
    " DBus no interface name",
    " json_version",
    " iproute usr",
    " iproute etc",
    "   Last advert sent",
    "   Group = ",
    "   Highest other priority",
    "   VRRPv3 uses VRRPv2",
    "   Rogue master",
    "   Roger ",
    "   Address owner ignores",
    "   Flags of interface faults",
];
/// Lines that are told otherwise since, or not at all: the library behind nftables, the interval of
/// the master in two places, what keepalived noticed of the kernel on its way.
const OTHERWISE: &[&str] = &[
    " libnftnl version",
    "   Master advert int",
    "   Not IPv6 forwarding",
    "   IPv6 forwarding",
    "   rp_filter ",
];
/// Entries below `Flags of interface faults`.
const FAULTS: &[&str] =
    &["unspecified", "i/f down", "base i/f down", "no source IP address", "config error"];
/// Lines of which only the name is compared: the moment, the process, and what stood in the kernel
/// before (2.2.7 shows what it has written itself).
const OF_THE_MOMENT: &[&str] = &[
    "   Last transition = ",
    "   Read timeout = ",
    "   Master down timer = ",
    "   fd_in ",
    " fd_in ",
    "   Original arp_ignore ",
    "   Original arp_filter ",
    "   Original promote_secondaries ",
    "   Reset promote_secondaries counter ",
    "   Reset ARP config counter ",
    "   Password = ",
];

/// The lines that can be compared, each in one form.
pub(super) fn lines(dump: &str, directory: &Path) -> String {
    let directory = directory.display().to_string();
    let mut lines = String::new();
    for line in dump.lines() {
        let later = LATER.iter().chain(OTHERWISE).any(|start| line.starts_with(start));
        let fault = line.strip_prefix("     ").is_some_and(|rest| FAULTS.contains(&rest));
        if later || fault {
            continue;
        }
        let line = line.replace(&directory, "DIRECTORY");
        lines.push_str(&in_one_form(&line));
        lines.push('\n');
    }
    lines
}

fn in_one_form(line: &str) -> String {
    let moment = OF_THE_MOMENT.iter().find(|name| line.starts_with(*name));
    if let Some(name) = moment.filter(|_| !line.ends_with("DISABLED")) {
        return format!("{name}…");
    }
    let old = "   Number of interface and track script faults = ";
    if line.starts_with(old) || line.starts_with("   Number of tracker faults = ") {
        return "   faults".to_owned();
    }
    if line == "   State = running" {
        return "   State = idle".to_owned(); // a script
    }
    // Where the kernel has put an IPv6 route; of no use to anybody.
    match line.split_once(" [installed ifindex ") {
        Some((line, _)) => line.to_owned(),
        None => line.to_owned(),
    }
}
