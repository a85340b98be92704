//! Asking a daemon of the lab: by its socket, and by the command line.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::lab::Lab;

/// The control socket of the daemon on that host.
pub(crate) fn socket(lab: &Lab, number: u8) -> PathBuf {
    lab.directory().join(format!("h{number}")).join("keepalived.control")
}

const STATUS: &str = r#"{"version":1,"ask":"status"}"#;

/// One request, one answer.
pub(crate) fn ask(lab: &Lab, number: u8, request: &str) -> Value {
    let line = answer(lab, number, request).expect("an answer");
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
}

fn answer(lab: &Lab, number: u8, request: &str) -> io::Result<String> {
    let mut stream = UnixStream::connect(socket(lab, number))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(request.as_bytes())?;
    stream.write_all(b"\n")?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(line)
}

/// The status of the only instance.
pub(crate) fn instance(lab: &Lab, number: u8) -> Value {
    let answer = ask(lab, number, STATUS);
    answer["status"]["instances"][0].clone()
}

/// Waits until the socket answers. That of a process that was killed may be there a moment longer.
pub(crate) fn wait_for_socket(lab: &Lab, number: u8) {
    let end = Instant::now() + Duration::from_secs(8);
    while answer(lab, number, STATUS).map_or(true, |line| line.is_empty()) {
        assert!(Instant::now() < end, "no control socket");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// `stillalive WORDS` for the daemon of that host.
pub(crate) fn stillalive(lab: &Lab, number: u8, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stillalive"))
        .args(words)
        .arg("--control-socket")
        .arg(socket(lab, number))
        .output()
        .unwrap()
}
