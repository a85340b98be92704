//! `SSL`: what the web checks over TLS show of this host.

use crate::units::{Secret, Spanned};

/// The one client context of all `SSL_GET`. Servers are never verified.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TlsContext {
    /// `password` of the private key.
    pub password: Option<Spanned<Secret>>,
    /// `ca`: file with certificates of authorities; without effect.
    pub authorities: Option<Spanned<String>>,
    /// `certificate`: file with the client's certificate and its chain.
    pub certificate: Option<Spanned<String>>,
    /// `key`: file with the private key.
    pub key: Option<Spanned<String>>,
}
