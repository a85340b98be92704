//! Instances that depend on the interface of a static entry (`track_group`), and static entries
//! without an interface of their own (`default_interface`).

use std::time::Duration;

use crate::lab::{Daemon, Lab};
use crate::links::wait_until;
use crate::protocol::{ELECTION, LATE};

/// V1 depends on a static address, V2 on a route, V3 on a rule, all of `own0`; V4 on nothing, for
/// its entry says `no_track`.
fn configuration() -> String {
    let instance = |number: u8| {
        format!(
            "vrrp_instance V{number} {{
                state BACKUP
                interface eth0
                virtual_router_id {}
                priority 100
                virtual_ipaddress {{
                    10.77.0.{}
                }}
            }}
            ",
            50 + number,
            50 + number
        )
    };
    let group = |number: u8| format!("track_group G{number} {{\n group {{\n V{number}\n }}\n }}\n");
    let groups: String = (1..=4).map(group).collect();
    let instances: String = (1..=4).map(instance).collect();
    format!(
        "{groups}
        static_ipaddress {{
            10.78.0.9/24 dev own0 track_group G1
            10.78.0.10/24 dev own0 no_track track_group G4
        }}
        static_routes {{
            10.99.0.0/24 dev own0 track_group G2
        }}
        static_rules {{
            from all iif own0 table 100 preference 100 track_group G3
        }}
        {instances}"
    )
}

fn links_of_static_entries_count(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let host = lab.host(1);
    host.ip(&["link", "add", "own0", "type", "veth", "peer", "name", "own1"]);
    host.ip(&["link", "set", "own0", "up"]);
    host.ip(&["link", "set", "own1", "up"]);
    let mut running = lab.start(1, daemon, &configuration());
    running.wait_for_log("Entering BACKUP STATE", 4, ELECTION);
    host.ip(&["link", "set", "own1", "down"]);
    for name in ["V1", "V2", "V3"] {
        running.wait_for_log(&format!("({name}) Entering FAULT STATE"), 1, ELECTION);
    }
    host.ip(&["link", "set", "own1", "up"]);
    for name in ["V1", "V2", "V3"] {
        running.wait_for_log(&format!("({name}) Entering BACKUP STATE"), 2, ELECTION);
    }
    assert_eq!(running.logged("(V4) Entering FAULT STATE"), 0);
    running.assert_alive();
}

/// A static address that names no interface goes to the default one, and leaves with the daemon.
fn static_addresses_have_a_default_interface(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    lab.join_again(1);
    let text = "global_defs {
            default_interface eth1
        }
        static_ipaddress {
            10.78.0.9/24
            10.77.0.9/24 dev eth0
        }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority 100
            virtual_ipaddress {
                10.77.0.50
            }
        }";
    let mut running = lab.start(1, daemon, text);
    running.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
    let host = lab.host(1);
    let on = |name: &str| host.ip(&["-o", "-4", "addr", "show", "dev", name]);
    wait_until("both addresses", LATE, || {
        on("eth1").contains("10.78.0.9/24") && on("eth0").contains("10.77.0.9/24")
    });
    running.terminate(Duration::from_secs(5));
    assert!(!on("eth1").contains("10.78.0.9/24"), "{}", on("eth1"));
    assert!(!on("eth0").contains("10.77.0.9/24"), "{}", on("eth0"));
}

alone! {
    members_follow_the_links_of_static_entries => links_of_static_entries_count;
    default_interface_is_that_of_static_addresses => static_addresses_have_a_default_interface;
}
