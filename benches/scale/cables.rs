//! The cables between the two hosts: `c0`, `c1`, … on both ends, 10.79.CABLE.HOST/24, MAC
//! 02:00:00:01:CABLE:HOST.

use crate::lab::Lab;

/// Lays so many cables between host 1 and host 2.
pub(crate) fn lay(lab: &Lab, cables: usize) {
    let path = lab.host(2).namespace().path();
    let other = path.file_name().unwrap().to_str().unwrap();
    for cable in 0..cables {
        let name = format!("c{cable}");
        let mac = |host: u8| format!("02:00:00:01:{cable:02x}:{host:02x}");
        lab.host(1).ip(&[
            "link",
            "add",
            &name,
            "address",
            &mac(1),
            "type",
            "veth",
            "peer",
            "name",
            &name,
            "address",
            &mac(2),
            "netns",
            other,
        ]);
        for host in [1, 2] {
            let address = format!("10.79.{cable}.{host}/24");
            lab.host(host).ip(&["link", "set", &name, "addrgenmode", "none"]);
            lab.host(host).ip(&["link", "set", &name, "up"]);
            lab.host(host).ip(&["addr", "add", &address, "dev", &name]);
        }
    }
}
