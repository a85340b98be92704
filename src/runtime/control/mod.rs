//! The control socket: operators ask how things stand, and what they want done.
//!
//! A thread of its own, less urgent than the rest of the process, serves a bounded number of
//! connections: requests have a longest length, everything has a time limit, and who reads too slowly
//! is let go. It asks the loop through [`Views`] and does all the work on the text itself, so nothing
//! that happens here holds an advert up. The protocol is `control::protocol`'s.

mod connection;
pub mod place;

use std::os::unix::net::UnixListener as StdListener;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use std::{io, thread};

use tokio::net::UnixListener;
use tokio::sync::{Semaphore, oneshot};

use crate::control::protocol::{Problem, ProblemCode};
use crate::control::{Answer, Configuration, Status};
use crate::runtime::load::Reading;
use crate::runtime::unix_socket::Name;
use crate::runtime::views::{NoView, View, Views};
use crate::syntax::Environment;
use crate::sys::scheduling;
use connection::Connection;
use place::ControlSocket;

/// Connections that are served at a time.
const MOST_CONNECTIONS: usize = 64;
/// How long to wait when no connection can be taken: there are no descriptors left, say.
const RETRY: Duration = Duration::from_millis(200);
/// Nice value of the thread. Not more: it shares memory with the loop, and must get its turn.
const NICE: i8 = 5;

/// The thread that serves. Dropped, it ends, and the socket goes.
#[derive(Debug)]
pub(super) struct Server {
    _name: Name,
    /// Dropped, it ends the thread.
    _end: oneshot::Sender<()>,
}

impl Server {
    /// Opens the socket and begins to serve.
    pub(super) fn start(
        socket: &ControlSocket,
        views: Views,
        reading: &Reading,
    ) -> io::Result<Self> {
        let (listener, name) = socket.open()?;
        let (end, ended) = oneshot::channel();
        let desk = Arc::new(Desk {
            views,
            environment: reading.environment.clone(),
            group: socket.group,
            seats: Arc::new(Semaphore::new(MOST_CONNECTIONS)),
            written: Mutex::new((Weak::new(), Arc::new([]))),
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new().name("control".to_owned()).spawn(move || {
            let _unprivileged = scheduling::set_nice(nix::unistd::gettid(), NICE);
            runtime.block_on(async {
                tokio::select! {
                    served = serve(listener, &desk) => if let Err(error) = served {
                        tracing::error!("The control socket is not served: {error}");
                    },
                    _ = ended => {}
                }
            });
        })?;
        Ok(Self { _name: name, _end: end })
    }
}

async fn serve(listener: StdListener, desk: &Arc<Desk>) -> io::Result<()> {
    let listener = UnixListener::from_std(listener)?;
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(RETRY).await;
            continue;
        };
        match Arc::clone(&desk.seats).try_acquire_owned() {
            Ok(seat) => {
                let desk = Arc::clone(desk);
                tokio::spawn(async move {
                    if let Ok(connection) = Connection::new(stream) {
                        connection.serve(&desk).await;
                    }
                    drop(seat);
                });
            }
            Err(_) => connection::refuse(&stream),
        }
    }
}

/// What connections share.
#[derive(Debug)]
struct Desk {
    views: Views,
    /// How the daemon reads its files.
    environment: Environment,
    /// The group that may command besides root.
    group: Option<u32>,
    seats: Arc<Semaphore>,
    /// The last status as text, and of which view.
    written: Mutex<(Weak<View>, Arc<[u8]>)>,
}

impl Desk {
    /// The whole status as a line. Those who are shown the same view get the same text.
    async fn whole_status(&self) -> Arc<[u8]> {
        let view = match self.views.view().await {
            Ok(view) => view,
            Err(problem) => return line(&unavailable(problem)),
        };
        let lock = || self.written.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let written = lock();
            if std::ptr::eq(written.0.as_ptr(), Arc::as_ptr(&view)) {
                return Arc::clone(&written.1);
            }
        }
        let text = line(&Answer::status(Status::of(&view.engine, &view.process)));
        *lock() = (Arc::downgrade(&view), Arc::clone(&text));
        text
    }

    /// The status of one instance as a line.
    async fn status_of(&self, name: String) -> Arc<[u8]> {
        let view = match self.views.view().await {
            Ok(view) => view,
            Err(problem) => return line(&unavailable(problem)),
        };
        let status = Status::of(&view.engine, &view.process).only(&[name]);
        line(&status.map_or_else(|unknown| Answer::unknown(&unknown), Answer::status))
    }

    /// The configuration that runs, as a line.
    async fn configuration(&self) -> Arc<[u8]> {
        let view = match self.views.view().await {
            Ok(view) => view,
            Err(problem) => return line(&unavailable(problem)),
        };
        let Environment { config_id, variables, directory, random_seed, check_includes, compat: _ } =
            self.environment.clone();
        line(&Answer::configuration(Configuration {
            pid: view.process.pid,
            file: view.process.configuration.display().to_string(),
            directory,
            config_id,
            variables,
            random_seed,
            check_includes,
            texts: view.texts.to_characters(),
        }))
    }
}

fn unavailable(problem: NoView) -> Answer {
    let code = match problem {
        NoView::Crowded => ProblemCode::Busy,
        NoView::Stopping | NoView::Late => ProblemCode::Unavailable,
    };
    Answer::problem(Problem::new(code, problem))
}

/// An answer as a line.
fn line(answer: &Answer) -> Arc<[u8]> {
    // Such a value has a text always.
    let mut text = serde_json::to_vec(answer).unwrap_or_default();
    text.push(b'\n');
    text.into()
}
