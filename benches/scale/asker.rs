//! Somebody who asks a daemon for its status all the time.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// From one question to the next.
const PAUSE: Duration = Duration::from_millis(50);

/// The thread that asks.
pub(crate) struct Asker {
    ended: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Duration>>,
}

impl Asker {
    /// Begins.
    pub(crate) fn start(socket: PathBuf) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&ended);
        let thread = std::thread::spawn(move || {
            let mut took = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let began = Instant::now();
                let mut stream = UnixStream::connect(&socket).unwrap();
                stream.write_all(b"{\"version\":1,\"ask\":\"status\"}\n").unwrap();
                let mut line = Vec::new();
                let _ended = BufReader::new(stream).read_until(b'\n', &mut line).unwrap();
                assert!(line.windows(11).any(|part| part == b"\"instances\""), "no status");
                took.push(began.elapsed());
                std::thread::sleep(PAUSE.saturating_sub(began.elapsed()));
            }
            took
        });
        Self { ended, thread }
    }

    /// Ends, and says how often it has asked and how long answers took.
    pub(crate) fn end(self) -> String {
        self.ended.store(true, Ordering::Relaxed);
        let mut took = self.thread.join().unwrap();
        took.sort_unstable();
        let at = |share: usize| took.get((took.len() - 1) * share / 100).unwrap().as_millis();
        format!("{} answers, median {} ms, longest {} ms", took.len(), at(50), at(100))
    }
}
