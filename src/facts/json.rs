//! Facts as a JSON document, for carrying them from a host to where its configuration is checked.
//!
//! `{"version":1,"host":"a","interfaces":[…],"users":[…],"groups":[…],"paths":[…]}`; a part that is
//! left out is unknown. A user or group with `null` in place of its numbers does not exist, and so
//! does a path of the kind `missing`.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::facts::{Entry, EntryKind, Host, Interface, Network, User};
use crate::units::{IfName, IpNet, Mac};

/// The form that is written; another one is refused.
const VERSION: u32 = 1;

/// Why a document holds no facts.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// It is no JSON, or has other members.
    #[error("these are no facts: {0}")]
    Form(#[from] serde_json::Error),
    /// It is of another version.
    #[error("facts of version {0} are unknown here; version {VERSION} is read")]
    Version(u32),
    /// A value in it is none.
    #[error("'{0}' is no {1}")]
    Value(String, &'static str),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    #[serde(default)]
    host: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    interfaces: Option<Vec<InterfaceRow>>,
    #[serde(default)]
    users: Vec<UserRow>,
    #[serde(default)]
    groups: Vec<GroupRow>,
    #[serde(default)]
    paths: Vec<PathRow>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InterfaceRow {
    name: String,
    #[serde(default)]
    index: u32,
    #[serde(default = "yes")]
    up: bool,
    #[serde(default = "yes")]
    multicast: bool,
    #[serde(default = "yes")]
    arp: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mac: Option<String>,
    #[serde(default = "usual_mtu")]
    mtu: u32,
    #[serde(default)]
    addresses: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UserRow {
    name: String,
    uid: Option<u32>,
    #[serde(default)]
    gid: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupRow {
    name: String,
    gid: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PathRow {
    path: String,
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(default)]
    mode: String,
    #[serde(default)]
    uid: u32,
    #[serde(default)]
    gid: u32,
}

const fn yes() -> bool {
    true
}

const fn usual_mtu() -> u32 {
    1500
}

impl Host {
    /// Reads a document.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_json(text: &str) -> Result<Self, FactsError> {
        let document: Document = serde_json::from_str(text)?;
        if document.version != VERSION {
            return Err(FactsError::Version(document.version));
        }
        let interfaces = document
            .interfaces
            .map(|rows| rows.into_iter().map(InterfaceRow::read).collect::<Result<Vec<_>, _>>());
        let users = document.users.into_iter().map(|row| {
            let user = row.uid.map(|uid| User { uid, gid: row.gid.unwrap_or(uid) });
            (row.name, user)
        });
        let paths = document.paths.into_iter().map(PathRow::read).collect::<Result<_, _>>()?;
        Ok(Self {
            name: document.host,
            network: interfaces
                .transpose()?
                .map(|interfaces| Network { interfaces: Vec::into(interfaces) }),
            users: users.collect(),
            groups: document.groups.into_iter().map(|row| (row.name, row.gid)).collect(),
            paths,
        })
    }

    /// The document, with a line end.
    pub fn to_json(&self) -> String {
        let document = Document {
            version: VERSION,
            host: self.name.clone(),
            interfaces: self
                .network
                .as_ref()
                .map(|network| network.interfaces.iter().map(InterfaceRow::of).collect()),
            users: self
                .users
                .iter()
                .map(|(name, user)| UserRow {
                    name: name.clone(),
                    uid: user.map(|user| user.uid),
                    gid: user.map(|user| user.gid),
                })
                .collect(),
            groups: self
                .groups
                .iter()
                .map(|(name, gid)| GroupRow { name: name.clone(), gid: *gid })
                .collect(),
            paths: self.paths.iter().map(PathRow::of).collect(),
        };
        // Strings, numbers and lists always have a JSON form.
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl InterfaceRow {
    fn of(interface: &Interface) -> Self {
        Self {
            name: interface.name.to_string(),
            index: interface.index,
            up: interface.up,
            multicast: interface.multicast,
            arp: interface.arp,
            mac: interface.mac.map(|mac| mac.to_string()),
            mtu: interface.mtu,
            addresses: interface.addresses.iter().map(ToString::to_string).collect(),
        }
    }

    fn read(self) -> Result<Interface, FactsError> {
        let name = IfName::new(&self.name)
            .map_err(|_| FactsError::Value(self.name.clone(), "interface name"))?;
        let address = |text: String| {
            net(&text).ok_or(FactsError::Value(text, "address with a prefix length"))
        };
        let mac = match self.mac {
            Some(text) => Some(mac(&text).ok_or(FactsError::Value(text, "hardware address"))?),
            None => None,
        };
        Ok(Interface {
            name,
            index: self.index,
            up: self.up,
            multicast: self.multicast,
            arp: self.arp,
            mac,
            mtu: self.mtu,
            addresses: self.addresses.into_iter().map(address).collect::<Result<_, _>>()?,
            link: crate::facts::Link::default(),
        })
    }
}

impl PathRow {
    fn of((path, entry): (&String, &Entry)) -> Self {
        let (kind, target) = match &entry.kind {
            EntryKind::Missing => ("missing", None),
            EntryKind::File => ("file", None),
            EntryKind::Directory => ("directory", None),
            EntryKind::Link { target } => ("link", Some(target.clone())),
            EntryKind::Other => ("other", None),
        };
        Self {
            path: path.clone(),
            kind: kind.to_owned(),
            target,
            mode: format!("{:04o}", entry.mode),
            uid: entry.uid,
            gid: entry.gid,
        }
    }

    fn read(self) -> Result<(String, Entry), FactsError> {
        let kind = match self.kind.as_str() {
            "missing" => EntryKind::Missing,
            "file" => EntryKind::File,
            "directory" => EntryKind::Directory,
            "link" => EntryKind::Link { target: self.target.unwrap_or_default() },
            "other" => EntryKind::Other,
            _ => return Err(FactsError::Value(self.kind, "kind of path")),
        };
        let mode = match self.mode.as_str() {
            "" => 0,
            digits => u32::from_str_radix(digits, 8)
                .map_err(|_| FactsError::Value(self.mode.clone(), "mode in octal"))?,
        };
        Ok((self.path, Entry { kind, mode, uid: self.uid, gid: self.gid }))
    }
}

fn net(text: &str) -> Option<IpNet> {
    match text.split_once('/') {
        Some((address, prefix)) => IpNet::new(address.parse().ok()?, prefix.parse().ok()?),
        None => Some(IpNet::host(text.parse::<IpAddr>().ok()?)),
    }
}

fn mac(text: &str) -> Option<Mac> {
    let mut bytes = [0; 6];
    let mut parts = text.split(':');
    for byte in &mut bytes {
        *byte = u8::from_str_radix(parts.next()?, 16).ok()?;
    }
    parts.next().is_none().then_some(Mac(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
        "version": 1, "host": "a",
        "interfaces": [{"name": "eth0", "mac": "02:00:00:00:00:01",
                        "addresses": ["10.0.0.1/24", "fe80::1/64"]}],
        "users": [{"name": "root", "uid": 0, "gid": 0}, {"name": "nobody2", "uid": null}],
        "groups": [{"name": "wheel", "gid": 10}],
        "paths": [{"path": "/x", "kind": "file", "mode": "0755"},
                  {"path": "/l", "kind": "link", "target": "/x", "mode": "0777"},
                  {"path": "/gone", "kind": "missing"}]
    }"#;

    #[test]
    fn what_is_written_is_read_again() {
        let host = Host::from_json(TEXT).unwrap();
        assert_eq!(Host::from_json(&host.to_json()).unwrap(), host);
        let network = host.network.as_ref().unwrap();
        assert_eq!(network.interfaces[0].addresses.len(), 2);
        assert_eq!(host.users.get("nobody2"), Some(&None));
        assert_eq!(host.paths.get("/x").unwrap().mode, 0o755);
    }

    #[test]
    fn what_is_left_out_is_unknown() {
        let host = Host::from_json(r#"{"version": 1}"#).unwrap();
        assert_eq!(host, Host::default());
    }

    #[test]
    fn a_wrong_document_says_what_is_wrong() {
        for (text, expected) in [
            ("[]", "these are no facts"),
            (r#"{"version": 2}"#, "facts of version 2 are unknown"),
            (r#"{"version": 1, "bogus": 1}"#, "unknown field `bogus`"),
            (
                r#"{"version": 1, "interfaces": [{"name": "e", "addresses": ["x/24"]}]}"#,
                "'x/24' is no address with a prefix length",
            ),
            (r#"{"version": 1, "paths": [{"path": "/", "kind": "x"}]}"#, "'x' is no kind of path"),
        ] {
            let error = Host::from_json(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
