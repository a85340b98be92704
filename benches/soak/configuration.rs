//! The configurations of a soak: of everything that leaves something behind a little.

use std::fs;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Virtual addresses that are there whatever a reload has changed.
pub(crate) const VIPS: [&str; 4] = ["10.77.0.51", "10.77.0.52", "10.77.0.53", "2001:db8:77::54"];

/// The scripts, and how often one of them runs.
pub(crate) struct Site {
    fails: PathBuf,
    hangs: PathBuf,
    told: PathBuf,
    interval: Duration,
}

pub(crate) fn addresses(texts: &[&str]) -> Vec<IpAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

impl Site {
    /// A script that fails every other time, so often; one that hangs; one that is told.
    pub(crate) fn new(directory: &Path, interval: Duration) -> Self {
        let script = |name: &str, text: &str| {
            let path = directory.join(name);
            fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        let flag = directory.join("flag");
        let flag = flag.display();
        let text = format!("if [ -e {flag} ]; then rm {flag}; exit 1; fi\n: >{flag}");
        Self {
            fails: script("fails", &text),
            hangs: script("hangs", "sleep 60"),
            told: script("told", "exit 0"),
            interval,
        }
    }

    /// That of the peer, which never changes.
    pub(crate) fn peer(&self) -> String {
        let scripts = String::new();
        let instances = (1..=4).map(|number| instance(number, 100, "", ""));
        format!("global_defs {{\n vrrp_version 3\n}}\n{scripts}{}", instances.collect::<String>())
    }

    /// Each number is another one, in turn.
    pub(crate) fn configuration(&self, number: u32) -> String {
        let on = |bit: u32| number >> bit & 1 == 1;
        let (fails, hangs, told) =
            (self.fails.display(), self.hangs.display(), self.told.display());
        let mut text = format!(
            "global_defs {{
                vrrp_version 3
                script_user root
            }}
            vrrp_script fails {{
                script {fails}
                interval {:.3}
                weight -10
            }}
            vrrp_script hangs {{
                script {hangs}
                interval 3
                timeout 1
                weight -1
            }}
            vrrp_sync_group G {{
                group {{
                    V3
                    V4
                }}
                notify {told}
            }}
            static_routes {{
                blackhole 198.18.9.0/24
            }}
            static_rules {{
                from 198.18.9.1 table 209
            }}
            ",
            self.interval.as_secs_f64()
        );
        let tracks = "track_script {\n fails\n hangs\n }";
        let notify = format!("notify {told}");
        let vmac = if on(0) { "" } else { "use_vmac" };
        let paths = "virtual_routes {
                198.18.1.0/24 dev eth0
            }
            virtual_rules {
                from 10.77.0.51 table 201
            }";
        let paths = if on(1) { "" } else { paths };
        text += &instance(1, 150, &format!("{vmac}\n{tracks}\n{notify}\n{paths}"), "");
        let guard = if on(2) { "" } else { "no_accept" };
        let more = if on(0) { "" } else { "virtual_ipaddress_excluded {\n 10.77.0.152\n }" };
        text += &instance(2, if on(3) { 150 } else { 151 }, &format!("{guard}\n{notify}"), more);
        for number in [3, 4] {
            text += &instance(number, 150, &notify, "");
        }
        if on(1) {
            text += &instance(5, 150, "no_accept\nuse_vmac", "");
        }
        text
    }
}

fn instance(number: u32, priority: u8, options: &str, more: &str) -> String {
    let address = match number {
        4 => "2001:db8:77::54".to_owned(),
        _ => format!("10.77.0.{}", 50 + number),
    };
    let first = if number == 4 { "fe80::54\n" } else { "" };
    format!(
        "vrrp_instance V{number} {{
            interface eth0
            virtual_router_id {}
            priority {priority}
            advert_int 0.1
            garp_master_refresh 5
            {options}
            virtual_ipaddress {{
                {first}{address}
            }}
            {more}
        }}
        ",
        50 + number
    )
}
