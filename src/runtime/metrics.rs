//! `/metrics` and `/healthz` over HTTP, on a thread of its own (`--metrics`).
//!
//! The thread asks the loop for a view and makes the text itself. Connections, the size of a request
//! and the time that one may take are bounded, so nobody who connects can hold anything up. HTTP is
//! hyper's.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT, ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;

use crate::control::health::{Question, Unwell};
use crate::control::metrics::{self, Format, Names};
use crate::runtime::unix_socket::{self, Name};
use crate::runtime::views::Views;

/// Connections at a time; who comes then is closed at once.
const MOST_CONNECTIONS: usize = 64;
/// The longest request, in bytes. hyper takes no less.
const LONGEST_REQUEST: usize = 8_192;
/// How long a client may take to ask.
const TIME_TO_ASK: Duration = Duration::from_secs(2);
/// How long a connection may last.
const TIME_IN_ALL: Duration = Duration::from_secs(10);
/// How long to wait before an address that cannot be had is tried again.
const RETRY: Duration = Duration::from_secs(5);
/// How long to wait after a connection could not be taken.
const PAUSE: Duration = Duration::from_millis(100);
/// Who may connect to the socket: the daemon's user and group.
const SOCKET_MODE: u32 = 0o660;

/// Where to serve, and what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Where.
    pub address: Address,
    /// Whose names the metrics have.
    pub names: Vec<Names>,
}

/// Where to serve.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Address {
    /// An address and a port.
    Tcp(SocketAddr),
    /// The path of a unix socket.
    Unix(PathBuf),
}

/// Why a word is no place to serve at.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("'{0}' is neither [ADDRESS:]PORT nor unix:PATH")]
pub struct InvalidAddress(String);

impl FromStr for Address {
    type Err = InvalidAddress;

    /// A port alone is one of the loopback address.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        if let Some(path) = word.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Ok(Self::Unix(PathBuf::from(path)));
        }
        let port = word.strip_prefix(':').unwrap_or(word).parse();
        let address = match port {
            Ok(port) => Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)),
            Err(_) => word.parse(),
        };
        address.map(Self::Tcp).map_err(|_| InvalidAddress(word.to_owned()))
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// The running server. The thread ends with the process.
#[derive(Debug)]
pub(super) struct Server {
    name: GivenName,
}

/// The name of the socket, once it has one.
type GivenName = Arc<Mutex<Option<Name>>>;

impl Server {
    /// Starts it. Whatever goes wrong is logged: addresses are kept alive without metrics, too.
    pub(super) fn start(settings: Settings, views: Views) -> Self {
        let name = Arc::default();
        let given = Arc::clone(&name);
        let thread = std::thread::Builder::new().name("metrics".to_owned());
        if let Err(error) = thread.spawn(move || run(&settings, &views, &given)) {
            tracing::error!("Unable to serve metrics: {error}");
        }
        Self { name }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.name.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

fn run(settings: &Settings, views: &Views, name: &GivenName) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(serve(settings, views, name)),
        Err(error) => tracing::error!("Unable to serve metrics: {error}"),
    }
}

/// Serves for ever.
async fn serve(settings: &Settings, views: &Views, name: &GivenName) {
    let answers = Arc::new(Answers { views: views.clone(), names: settings.names.clone() });
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut told = false;
    let listener = loop {
        match Listener::bind(&settings.address, name) {
            Ok(listener) => break listener,
            Err(error) if !told => {
                told = true;
                tracing::error!(
                    "Unable to serve metrics on {}: {error}; trying again",
                    settings.address
                );
            }
            Err(_) => {}
        }
        tokio::time::sleep(RETRY).await;
    };
    tracing::info!("Serving metrics on {}", settings.address);
    loop {
        let taken = match &listener {
            Listener::Tcp(listener) => listener.accept().await.map(|(stream, _)| {
                attend(stream, &places, &answers);
            }),
            Listener::Unix(listener) => listener.accept().await.map(|(stream, _)| {
                attend(stream, &places, &answers);
            }),
        };
        if taken.is_err() {
            tokio::time::sleep(PAUSE).await; // no descriptor left, perhaps
        }
    }
}

enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Listener {
    fn bind(address: &Address, name: &GivenName) -> io::Result<Self> {
        match address {
            Address::Tcp(address) => {
                // The standard library sets SO_REUSEADDR: a daemon that starts again gets its port.
                let listener = std::net::TcpListener::bind(address)?;
                listener.set_nonblocking(true)?;
                TcpListener::from_std(listener).map(Self::Tcp)
            }
            Address::Unix(path) => {
                let (listener, given) = unix_socket::open(path, SOCKET_MODE, None)?;
                *name.lock().unwrap_or_else(PoisonError::into_inner) = Some(given);
                UnixListener::from_std(listener).map(Self::Unix)
            }
        }
    }
}

/// Answers one client, if there is room for it.
fn attend(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    places: &Arc<Semaphore>,
    answers: &Arc<Answers>,
) {
    let Ok(place) = Arc::clone(places).try_acquire_owned() else { return };
    let answers = Arc::clone(answers);
    tokio::spawn(async move {
        let service = service_fn(move |request: Request<Incoming>| {
            let answers = Arc::clone(&answers);
            async move { Ok::<_, Infallible>(answers.answer(&request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(TIME_TO_ASK)
            .max_buf_size(LONGEST_REQUEST)
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service);
        // Clients that go away or talk nonsense are their own affair.
        let _ = tokio::time::timeout(TIME_IN_ALL, connection).await;
        drop(place);
    });
}

type Answer = Response<Full<Bytes>>;

/// Where answers come from.
struct Answers {
    views: Views,
    names: Vec<Names>,
}

impl Answers {
    async fn answer(&self, request: &Request<Incoming>) -> Answer {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return answer;
        }
        match request.uri().path() {
            "/metrics" => self.metrics(request).await,
            "/healthz" => self.health(request.uri().query().unwrap_or_default()).await,
            _ => plain(StatusCode::NOT_FOUND, "there are /metrics and /healthz\n"),
        }
    }

    async fn metrics(&self, request: &Request<Incoming>) -> Answer {
        let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
        let format = Format::accepted(accept.unwrap_or_default());
        match self.views.view().await {
            Ok(view) => {
                let text = metrics::exposition(&view.engine, &view.process, &self.names, format);
                answer(StatusCode::OK, format.media_type(), text)
            }
            Err(error) => plain(StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")),
        }
    }

    async fn health(&self, query: &str) -> Answer {
        let Some(question) = question(query) else {
            let text = "known parameters are instance=NAME and master\n";
            return plain(StatusCode::BAD_REQUEST, text);
        };
        match self.views.view().await {
            Ok(view) => match question.answer(&view.engine) {
                Ok(()) => plain(StatusCode::OK, "ok\n"),
                Err(wrong) => {
                    let unknown = wrong.iter().any(|it| matches!(it, Unwell::Unknown(_)));
                    let status = match unknown {
                        true => StatusCode::NOT_FOUND,
                        false => StatusCode::SERVICE_UNAVAILABLE,
                    };
                    plain(status, wrong.iter().map(|it| format!("{it}\n")).collect::<String>())
                }
            },
            Err(error) => plain(StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")),
        }
    }
}

/// What the part behind `?` asks; `None` if it is not understood, for a check that checks less than
/// its author meant is worse than none.
fn question(query: &str) -> Option<Question> {
    let mut question = Question::default();
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match (&*key, &*value) {
            ("instance", name) => question.instances.push(name.to_owned()),
            ("master", "" | "1" | "true") => question.master = true,
            _ => return None,
        }
    }
    Some(question)
}

fn plain(status: StatusCode, text: impl Into<Bytes>) -> Answer {
    answer(status, "text/plain; charset=utf-8", text)
}

fn answer(status: StatusCode, media_type: &'static str, text: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(text.into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_served_on_loopback_only() {
        for word in ["9650", ":9650"] {
            assert_eq!(word.parse(), Ok(Address::Tcp("127.0.0.1:9650".parse().unwrap())));
        }
        assert_eq!("[::]:1".parse(), Ok(Address::Tcp("[::]:1".parse().unwrap())));
        assert_eq!("unix:/run/m".parse(), Ok(Address::Unix("/run/m".into())));
        for word in ["", "unix:", "localhost", "70000", "/run/m"] {
            assert!(word.parse::<Address>().is_err(), "{word}");
        }
    }

    #[test]
    fn a_question_that_is_not_understood_is_not_answered() {
        let asked = |instances: &[&str], master| {
            let instances = instances.iter().map(ToString::to_string).collect();
            Some(Question { instances, master })
        };
        assert_eq!(question(""), asked(&[], false));
        assert_eq!(question("instance=a%20b&master"), asked(&["a b"], true));
        assert_eq!(question("instances=a"), None);
        assert_eq!(question("master=no"), None);
    }
}
