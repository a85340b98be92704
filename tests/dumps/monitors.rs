//! Monitoring programs read these files in their own, simple ways; each test reads as one of them is
//! known to, and must find the right numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use stillalive::dump;

use crate::stage::Stage;

const FIRST: &str = "
vrrp_script chk {
    script /bin/chk
    interval 1
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 150
    garp_master_delay 1.5
    track_script {
        chk
    }
    virtual_ipaddress {
        192.0.2.100/24
        192.0.2.101/24 dev eth1
    }
}
vrrp_instance VI_2 {
    interface eth1
    virtual_router_id 52
    priority 50
    virtual_ipaddress {
        198.18.0.100/24
    }
}";

fn stage() -> Stage {
    let second =
        FIRST.replace("priority 150", "priority 100").replace("priority 50", "priority 150");
    let mut stage = Stage::new(&[FIRST, &second]);
    stage.run(Duration::from_secs(10));
    stage
}

/// What the two Prometheus exporters decode of the JSON: whole numbers must be written as such, for
/// their fields are integers.
#[derive(Deserialize, Debug)]
struct Entry {
    data: Data,
    stats: BTreeMap<String, u64>,
}

#[derive(Deserialize, Debug)]
struct Data {
    iname: String,
    ifp_ifname: String,
    vrid: i64,
    state: i64,
    wantstate: i64,
    effective_priority: i64,
    garp_delay: serde_json::Number,
    last_transition: f64,
    vips: Vec<String>,
}

#[test]
fn exporters_decode_the_json() {
    let stage = stage();
    let json = stage.routers[0].shown(|view| dump::json(view).unwrap());
    let entries: Vec<Entry> = serde_json::from_str(&json).unwrap();
    assert_eq!(entries.len(), 2);
    let (first, second) = (&entries[0], &entries[1]);
    assert_eq!((first.data.iname.as_str(), first.data.vrid), ("VI_1", 51));
    assert_eq!((first.data.state, first.data.wantstate, second.data.state), (2, 2, 1));
    assert_eq!((first.data.ifp_ifname.as_str(), first.data.effective_priority), ("eth0", 150));
    assert!(first.data.last_transition > 1_795_337_380.0);
    assert_eq!(second.data.garp_delay.as_i64(), Some(5), "5 and not 5.0");
    assert_eq!(first.stats["become_master"], 1);
    assert!(first.stats["advert_sent"] >= 6 && first.stats["advert_rcvd"] == 0);
    assert!(second.stats["advert_rcvd"] >= 6 && second.stats["advert_sent"] == 0);
    // Word 1 is the address, word 3 the interface.
    let words: Vec<&str> = first.data.vips[1].split(' ').collect();
    assert_eq!((words[0], words[2]), ("192.0.2.101/24", "eth1"));
}

/// As the text mode of an exporter reads `keepalived.data`: instances begin at indent 1, their
/// properties stand at 3, their addresses at 5; any other indent ends the instance.
fn instances(data: &str) -> Vec<(String, BTreeMap<String, String>, Vec<String>)> {
    let mut found: Vec<(String, BTreeMap<String, String>, Vec<String>)> = Vec::new();
    let (mut inside, mut in_addresses) = (false, false);
    for line in data.lines() {
        let indent = line.len() - line.trim_start().len();
        if let Some(name) = line.strip_prefix(" VRRP Instance = ") {
            found.push((name.to_owned(), BTreeMap::new(), Vec::new()));
            inside = true;
        } else if indent < 3 {
            inside = false;
        } else if inside && indent == 3 {
            in_addresses = line.trim_start().starts_with("Virtual IP (");
            if let Some((key, value)) = line.trim().split_once(" = ") {
                found.last_mut().unwrap().1.insert(key.to_owned(), value.to_owned());
            }
        } else if inside && in_addresses {
            found.last_mut().unwrap().2.push(line.trim().to_owned());
        }
    }
    found
}

#[test]
fn exporters_find_state_and_addresses_in_the_data() {
    let stage = stage();
    let data = stage.routers[0].shown(dump::data);
    let found = instances(&data);
    let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["VI_1", "VI_2"]);
    let (_, first, addresses) = &found[0];
    assert_eq!(first["State"], "MASTER");
    assert_eq!(first["Wantstate"], "MASTER");
    assert_eq!(first["Interface"], "eth0");
    assert_eq!(first["Virtual Router ID"].parse::<u8>().unwrap(), 51);
    assert_eq!(first["Gratuitous ARP delay"].parse::<u64>().unwrap(), 1, "whole seconds");
    assert_eq!(addresses.len(), 2);
    assert_eq!(found[1].1["State"], "BACKUP");
    assert_eq!(found[1].1["Master router"], "198.18.0.2");
    let scripts = data.split_once(" VRRP Script = chk").unwrap().1;
    assert!(scripts.lines().any(|line| line == "   Status = GOOD"));
    assert!(scripts.lines().any(|line| line == "   State = idle"));
    // Some take the state from the six lines behind the title.
    let mut near = data.lines().skip_while(|line| !line.contains("VRRP Topology")).take(7);
    assert!(near.any(|line| line.trim() == "State = MASTER"));
}

#[test]
fn exporters_read_every_counter_of_the_statistics() {
    let stage = stage();
    let text = stage.routers[1].shown(dump::statistics);
    let mut blocks: Vec<BTreeMap<String, u64>> = Vec::new();
    let mut section = String::new();
    for line in text.lines() {
        let (key, value) = line.trim().split_once(':').unwrap();
        if line.starts_with("VRRP Instance") {
            blocks.push(BTreeMap::new());
        } else if value.is_empty() {
            section = key.to_owned();
        } else {
            let within =
                if line.starts_with("    ") { format!("{section}/{key}") } else { key.into() };
            blocks.last_mut().unwrap().insert(within, value.trim().parse().unwrap());
        }
    }
    assert_eq!(blocks.len(), 2);
    assert!(blocks[0]["Advertisements/Received"] >= 6);
    assert_eq!(blocks[0]["Became master"], 0);
    assert!(blocks[1]["Advertisements/Sent"] >= 6);
    assert_eq!(blocks[1]["Became master"], 1);
    assert_eq!(blocks[1]["Authentication Errors/Failure"], 0);
    assert_eq!(blocks[1]["Priority Zero/Sent"], 0);
}
