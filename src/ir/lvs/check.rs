//! Checkers: what is asked of a server, how often, and how patiently.

use std::net::IpAddr;
use std::time::Duration;

use crate::ir::Script;
use crate::ir::lvs::HttpCheck;
use crate::units::{IfName, Spanned};

/// One check of a server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checker {
    /// What it does, at its keyword.
    pub check: Spanned<Check>,
    /// When it runs.
    pub pace: Pace,
    /// `alpha`: down until its first success. Never for `FILE_CHECK`.
    pub alpha: Spanned<bool>,
    /// `log_all_failures`: not only the deciding one; the globals may ask for it too.
    pub log_all_failures: Spanned<bool>,
}

/// When a check runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pace {
    /// `delay_loop`: from the end of one run to the next; `MISC_CHECK` from start to start.
    pub delay_loop: Spanned<Duration>,
    /// `warmup`: the first run comes 1 s after the start, and at random up to this later.
    pub warmup: Spanned<Duration>,
    /// `retry`: so many failures of a working server are forgiven.
    pub retry: Spanned<u32>,
    /// `delay_before_retry`: from such a failure to the next run.
    pub delay_before_retry: Spanned<Duration>,
}

/// What a check does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Check {
    /// `TCP_CHECK`: opens a connection.
    Tcp(Connection),
    /// `PING_CHECK`: sends an ICMP echo request; port, source and mark are not used.
    Ping(Connection),
    /// `UDP_CHECK`: sends a datagram.
    Udp(UdpCheck),
    /// `HTTP_GET`, `SSL_GET`: fetches pages.
    Http(Box<HttpCheck>),
    /// `SMTP_CHECK`: greets a mail server.
    Smtp(SmtpCheck),
    /// `DNS_CHECK`: asks a name server.
    Dns(DnsCheck),
    /// `MISC_CHECK`: runs a program.
    Misc(MiscCheck),
    /// `FILE_CHECK`: follows the number in a tracked file.
    File(FileCheck),
    /// `BFD_CHECK`: follows the session of this `bfd_instance`.
    Bfd(Spanned<String>),
}

impl Check {
    /// Where it connects to, if it does.
    pub fn connection(&self) -> Option<&Connection> {
        match self {
            Self::Tcp(connection) | Self::Ping(connection) => Some(connection),
            Self::Udp(check) => Some(&check.connection),
            Self::Http(check) => Some(&check.connection),
            Self::Smtp(check) => Some(&check.connection),
            Self::Dns(check) => Some(&check.connection),
            Self::Misc(_) | Self::File(_) | Self::Bfd(_) => None,
        }
    }
}

/// Where a check connects to, and from where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Connection {
    /// `connect_ip`; else the server's address.
    pub address: Spanned<IpAddr>,
    /// `connect_port`; else the port on the line of the server, 0 if it has none.
    pub port: Spanned<u16>,
    /// `bindto`: source address, of the family of the destination.
    pub source: Option<Spanned<IpAddr>>,
    /// `bind_port`: source port, 1 to 65535; used with `bindto` only.
    pub source_port: Option<Spanned<u16>>,
    /// `bind_if`: interface that it goes out by; there for every link-local destination.
    pub interface: Option<Spanned<IfName>>,
    /// `connect_timeout`: 1 µs to 4294.967295 s.
    pub timeout: Spanned<Duration>,
    /// `fwmark` of its packets; 0 is none.
    pub mark: Spanned<u32>,
}

/// `UDP_CHECK`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UdpCheck {
    /// Where the datagram goes.
    pub connection: Connection,
    /// `payload`; without it 32 bytes of a fixed text.
    pub payload: Option<Spanned<Vec<u8>>>,
    /// `require_reply`.
    pub reply: Spanned<Reply>,
    /// `min_reply_length`: 0; looked at with [`Reply::Like`] only.
    pub min_reply_length: Spanned<u16>,
    /// `max_reply_length`: 255; looked at with [`Reply::Like`] only.
    pub max_reply_length: Spanned<u16>,
}

/// The answer that a datagram must get.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Reply {
    /// None: silence is success, an ICMP error is not.
    #[default]
    NotNeeded,
    /// Any.
    Any,
    /// One that begins like this.
    Like(Vec<MaskedByte>),
}

/// A byte of which only some bits matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MaskedByte {
    /// What it must be, where the mask has a one.
    pub value: u8,
    /// Which bits matter: `ff`, `f0`, `0f` or `00`.
    pub mask: u8,
}

/// `SMTP_CHECK`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SmtpCheck {
    /// Where the mail server is.
    pub connection: Connection,
    /// `helo_name`.
    pub helo_name: Spanned<String>,
}

/// `DNS_CHECK`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DnsCheck {
    /// Where the name server is.
    pub connection: Connection,
    /// `type`: SOA.
    pub record: Spanned<RecordType>,
    /// `name`: without it the root, `.`.
    pub name: Spanned<String>,
}

/// Kind of record to ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordType {
    /// Type 1.
    A,
    /// Type 2.
    Ns,
    /// Type 5.
    Cname,
    /// Type 6.
    Soa,
    /// Type 15.
    Mx,
    /// Type 16.
    Txt,
    /// Type 28.
    Aaaa,
    /// Type 46.
    Rrsig,
    /// Type 48.
    Dnskey,
}

impl RecordType {
    /// The type of that name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "A" => Self::A,
            "NS" => Self::Ns,
            "CNAME" => Self::Cname,
            "SOA" => Self::Soa,
            "MX" => Self::Mx,
            "TXT" => Self::Txt,
            "AAAA" => Self::Aaaa,
            "RRSIG" => Self::Rrsig,
            "DNSKEY" => Self::Dnskey,
            _ => return None,
        })
    }
}

/// `MISC_CHECK`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MiscCheck {
    /// `misc_path` and `user`.
    pub script: Spanned<Script>,
    /// `misc_timeout`, whole seconds up to 4294; else the `delay_loop` of the virtual server.
    pub timeout: Spanned<Duration>,
    /// `misc_dynamic`: the exit status sets the weight.
    pub dynamic: Spanned<bool>,
}

/// `FILE_CHECK`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileCheck {
    /// `track_file`: the name of one further up.
    pub file: Spanned<String>,
    /// `weight`: multiplies the number in the file, -2147483647 to 2147483647; without it that of
    /// the tracked file.
    pub weight: Option<Spanned<i32>>,
    /// `reverse` or `noreverse` after the weight; without either as the tracked file.
    pub reverse: Option<Spanned<bool>>,
}
