//! What a successor and whoever has started it say to each other, over its standard input: a line
//! of JSON each way, in turns.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::engine::adoption::Adoption;

/// A line is no longer: thousands of instances fit.
const MOST: u64 = 16 << 20;

/// The successor's lines.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Said {
    /// It could begin.
    Ready,
    /// It has begun, and its adverts are on the wire.
    Leads,
    /// It will not, and has done nothing.
    Refuses(String),
}

/// The lines to the successor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Told {
    /// Begin with that.
    Go(Adoption),
}

/// Sends a line.
pub(super) fn send(mut stream: &UnixStream, line: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    stream.write_all(&text)
}

/// Waits for a line, as long as the stream's time allows.
pub(super) fn receive<T: DeserializeOwned>(mut stream: &UnixStream) -> io::Result<T> {
    let mut text = Vec::new();
    let mut some = [0; 4096];
    while !text.ends_with(b"\n") {
        let length = stream.read(&mut some)?;
        if length == 0 || text.len() as u64 > MOST {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        text.extend(some.get(..length).unwrap_or_default());
    }
    Ok(serde_json::from_slice(&text)?)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::engine::adoption::{Adopted, Role};
    use crate::engine::snapshot::Statistics;

    #[test]
    fn what_is_said_is_understood() {
        let (one, other) = UnixStream::pair().unwrap();
        for said in [Said::Ready, Said::Leads, Said::Refuses("a\nb".to_owned())] {
            send(&one, &said).unwrap();
            assert_eq!(receive::<Said>(&other).unwrap(), said);
        }
        let role = Role::Backup {
            master: Some([10, 0, 0, 1].into()),
            priority: 9,
            interval: Some(Duration::from_millis(250)),
        };
        let many = (0..2000).map(|number| Adopted {
            name: format!("V{number}"),
            role,
            age: Duration::from_micros(12_345_678),
            statistics: Statistics { adverts_sent: number, ..Statistics::default() },
        });
        let told = Told::Go(Adoption { instances: many.collect(), ..Adoption::default() });
        std::thread::scope(|scope| {
            scope.spawn(|| send(&other, &told).unwrap());
            assert_eq!(receive::<Told>(&one).unwrap(), told);
        });
    }

    #[test]
    fn silence_and_nonsense_are_errors() {
        let (one, other) = UnixStream::pair().unwrap();
        one.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        assert!(receive::<Said>(&one).is_err());
        (&other).write_all(b"nonsense\n").unwrap();
        assert!(receive::<Said>(&one).is_err());
        drop(other);
        assert!(receive::<Said>(&one).is_err());
    }
}
