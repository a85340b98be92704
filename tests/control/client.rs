//! Asking a daemon of the lab: by its socket, and by the command line.

use std::io::{BufRead, BufReader, Write};
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

/// One request, one answer.
pub(crate) fn ask(lab: &Lab, number: u8, request: &str) -> Value {
    let mut stream = UnixStream::connect(socket(lab, number)).expect("the socket is there");
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream.write_all(b"\n").unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).expect("an answer");
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
}

/// The status of the only instance.
pub(crate) fn instance(lab: &Lab, number: u8) -> Value {
    let answer = ask(lab, number, r#"{"version":1,"ask":"status"}"#);
    answer["status"]["instances"][0].clone()
}

/// Waits until the socket answers.
pub(crate) fn wait_for_socket(lab: &Lab, number: u8) {
    let end = Instant::now() + Duration::from_secs(8);
    while UnixStream::connect(socket(lab, number)).is_err() {
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
