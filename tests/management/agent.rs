//! The SNMP agent of a host: Debian's `snmpd` with `snmpwalk`, and a place where its traps arrive.

use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::lab::Host;

const CONFIGURATION: &str = "agentaddress udp:127.0.0.1:1161
rocommunity public
rwcommunity private
master agentx
agentXSocket unix:SOCKET
trap2sink 127.0.0.1:1162 public
";

/// The agent of one host, ended on drop.
pub(crate) struct Agent {
    child: Child,
    socket: PathBuf,
    traps: Arc<Mutex<Vec<String>>>,
}

impl Agent {
    pub(crate) fn start(host: &Host, directory: &Path) -> Self {
        host.ip(&["link", "set", "lo", "up"]);
        let directory = directory.join("snmp");
        std::fs::create_dir_all(&directory).unwrap();
        let socket = directory.join("agentx");
        let file = directory.join("snmpd.conf");
        let text = CONFIGURATION.replace("SOCKET", &socket.display().to_string());
        std::fs::write(&file, text).unwrap();
        let traps = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&traps);
        // An agent that was there before has it still.
        let sink = host.namespace().inside(|| UdpSocket::bind("127.0.0.1:1162")).ok();
        std::thread::spawn(move || {
            let mut bytes = [0; 9000];
            while let Some(Ok(length)) = sink.as_ref().map(|sink| sink.recv(&mut bytes)) {
                if let Some(line) = trap(&bytes[..length]) {
                    heard.lock().unwrap().push(line);
                }
            }
        });
        let child = host
            .namespace()
            .command("snmpd")
            .args(["-f", "-Lf"])
            .arg(directory.join("log"))
            .args(["-C", "-c"])
            .arg(&file)
            .env("SNMP_PERSISTENT_DIR", &directory)
            .env("MIBS", "")
            .stdin(Stdio::null())
            .spawn()
            .expect("snmpd");
        let agent = Self { child, socket, traps };
        let end = Instant::now() + Duration::from_secs(10);
        while !agent.socket.exists() {
            assert!(Instant::now() < end, "the SNMP agent does not come up");
            std::thread::sleep(Duration::from_millis(20));
        }
        agent
    }

    /// Where sub-agents find it.
    pub(crate) fn socket(&self) -> String {
        self.socket.display().to_string()
    }

    /// The process of the agent.
    pub(crate) fn pid(&self) -> nix::unistd::Pid {
        nix::unistd::Pid::from_raw(self.child.id().try_into().unwrap())
    }

    /// What a manager finds below a name.
    pub(crate) fn walk(&self, host: &Host, below: &str) -> Vec<String> {
        let output = Self::client(host, "snmpwalk")
            .args(["-c", "public", "127.0.0.1:1161", below])
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).lines().map(|line| line.trim().to_owned()).collect()
    }

    /// The same, asked for in bulk.
    pub(crate) fn bulk_walk(&self, host: &Host, below: &str) -> Vec<String> {
        let output = Self::client(host, "snmpbulkwalk")
            .args(["-c", "public", "127.0.0.1:1161", below])
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).lines().map(|line| line.trim().to_owned()).collect()
    }

    /// What becomes of an attempt to set a number.
    pub(crate) fn set(&self, host: &Host, name: &str, number: &str) -> String {
        let output = Self::client(host, "snmpset")
            .args(["-c", "private", "127.0.0.1:1161", name, "i", number])
            .output()
            .unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    }

    fn client(host: &Host, program: &str) -> Command {
        let mut command = host.namespace().command(program);
        command.args(["-v2c", "-On", "-t", "5"]).env("MIBS", "");
        command
    }

    /// Every trap so far: which one, then names and values; the agent's own left out.
    pub(crate) fn traps(&self) -> Vec<String> {
        self.traps.lock().unwrap().clone()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A trap PDU of SNMPv2c as a line; `None` for the agent's own.
fn trap(bytes: &[u8]) -> Option<String> {
    let (_, message, _) = element(bytes)?;
    let (_, _version, rest) = element(message)?;
    let (_, _community, rest) = element(rest)?;
    let (_, pdu, _) = element(rest)?;
    let mut rest = pdu;
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (_, mut bindings, _) = element(rest)?;
    let mut words = Vec::new();
    while let Some((_, binding, rest)) = element(bindings) {
        let (_, name, value) = element(binding)?;
        let (kind, value, _) = element(value)?;
        let value = match kind {
            6 => oid(value),
            2 => value.iter().fold(0_i64, |sum, byte| sum * 256 + i64::from(*byte)).to_string(),
            _ => format!("{kind:x}:{}", value.escape_ascii()),
        };
        words.push(format!("{} = {value}", oid(name)));
        bindings = rest;
    }
    // The time since the start of the agent comes first.
    words.remove(0);
    let line = words.join(" | ");
    (!line.contains("= .1.3.6.1.6.3.1.1.5.") && !line.contains(".8072.4.")).then_some(line)
}

/// Type and content of an element of BER, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        _ => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |sum, digit| sum * 256 + usize::from(*digit)), rest)
        }
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*kind, content, rest))
}

fn oid(bytes: &[u8]) -> String {
    let mut numbers = Vec::new();
    let mut number = 0_u64;
    for byte in bytes {
        number = number * 128 + u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            numbers.push(number);
            number = 0;
        }
    }
    let first = numbers.first().copied().unwrap_or(0);
    let head = format!(".{}.{}", first / 40, first % 40);
    numbers.iter().skip(1).fold(head, |text, number| format!("{text}.{number}"))
}
