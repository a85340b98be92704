//! The other end of the control socket: finds it, asks one thing, reads one answer.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgMatches, value_parser};

use crate::control::{Answer, Request};
use crate::runtime::control::place;

/// How long the daemon may take. It answers in a tenth of a second, unless it stands still.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer at most; ten thousand instances take some ten million.
const LONGEST_ANSWER: u64 = 256 * 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum NoAnswer {
    /// Nobody is there.
    #[error("no daemon answers at {}: {source}", places.join(", "))]
    Nobody {
        /// Where it was looked for.
        places: Vec<String>,
        /// What was found at the first place.
        source: io::Error,
    },
    /// It was asked, and said nothing.
    #[error("the daemon at {} gave no answer: {source}", path.display())]
    Silent {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What it said is no answer.
    #[error("what answers at {} is no stillalive that this program knows: {source}", path.display())]
    Strange {
        /// Where.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

/// The options that say which daemon is meant.
pub(in crate::cli) fn options() -> [Arg; 3] {
    [
        Arg::new("control-socket")
            .long("control-socket")
            .value_name("PATH")
            .value_parser(value_parser!(PathBuf))
            .help("The control socket of the daemon [default: beside its pid file in /run]"),
        Arg::new("namespace")
            .long("namespace")
            .short('s')
            .value_name("NAME")
            .conflicts_with("control-socket")
            .help("The daemon of this network namespace (net_namespace, run -s)"),
        Arg::new("instance-of-daemon")
            .long("instance")
            .value_name("NAME")
            .conflicts_with("control-socket")
            .help("The daemon whose configuration says `instance NAME`"),
    ]
}

/// Asks the daemon that the options mean.
pub(in crate::cli) fn ask(matches: &ArgMatches, request: &Request) -> Result<Answer, NoAnswer> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let places = match matches.get_one::<PathBuf>("control-socket") {
        Some(path) => vec![path.clone()],
        None => place::usual_places(text("namespace"), text("instance-of-daemon")),
    };
    let mut first = None;
    for path in &places {
        match UnixStream::connect(path) {
            Ok(stream) => return talk(stream, path.clone(), request),
            Err(error) => first = first.or(Some(error)),
        }
    }
    let source = first.unwrap_or_else(|| io::ErrorKind::NotFound.into());
    let places = places.iter().map(|path| path.display().to_string()).collect();
    Err(NoAnswer::Nobody { places, source })
}

fn talk(stream: UnixStream, path: PathBuf, request: &Request) -> Result<Answer, NoAnswer> {
    match exchange(stream, request) {
        Ok(line) if line.is_empty() => {
            Err(NoAnswer::Silent { path, source: io::ErrorKind::UnexpectedEof.into() })
        }
        Ok(line) => {
            serde_json::from_slice(&line).map_err(|source| NoAnswer::Strange { path, source })
        }
        Err(source) => Err(NoAnswer::Silent { path, source }),
    }
}

fn exchange(mut stream: UnixStream, request: &Request) -> io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut text = serde_json::to_vec(request)?;
    text.push(b'\n');
    // One that is refused may have its answer already, and nobody reads.
    let sent = stream.write_all(&text);
    let mut line = Vec::new();
    let read = BufReader::new(stream.take(LONGEST_ANSWER)).read_until(b'\n', &mut line);
    if line.is_empty() {
        sent?;
        read?;
    }
    Ok(line)
}
