//! `HTTP_GET` and `SSL_GET`: pages that must be right.

use crate::ir::lvs::Connection;
use crate::units::Spanned;

/// One web check: its pages in turn, one a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpCheck {
    /// `SSL_GET`: over TLS.
    pub tls: bool,
    /// Where the web server is.
    pub connection: Connection,
    /// `virtualhost`: host name for pages that name none; else that of the server, then of the
    /// service, then address and port.
    pub virtualhost: Option<Spanned<String>>,
    /// `http_protocol`.
    pub version: Spanned<HttpVersion>,
    /// `enable_sni`, or `sni_name` with or without a name: TLS names the host.
    pub sni: Spanned<bool>,
    /// `sni_name`: that host, before every `virtualhost`.
    pub sni_name: Option<Spanned<String>>,
    /// `fast_recovery`: no pause between pages while the server is not yet up.
    pub fast_recovery: Spanned<bool>,
    /// `tls_compliant`: says goodbye before it closes.
    pub tls_compliant: Spanned<bool>,
    /// At least one.
    pub urls: Vec<Url>,
}

/// How requests are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum HttpVersion {
    /// `1.0`.
    #[default]
    V1_0,
    /// `1.0C`: 1.0 with `Connection: close`.
    V1_0Close,
    /// `1.1`, with `Connection: close`.
    V1_1,
}

/// One page. All of what is said of it must hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Url {
    /// `path`: the request's target, sent as it is.
    pub path: Spanned<String>,
    /// `virtualhost`.
    pub virtualhost: Option<Spanned<String>>,
    /// `status_code`: any of these; 200 to 299 if none is given.
    pub status: Vec<Spanned<StatusRange>>,
    /// `digest`: MD5 of the body.
    pub digest: Option<Spanned<[u8; 16]>>,
    /// `regex` and what follows it.
    pub regex: Option<Regex>,
    /// `tls_compliant`, of this page.
    pub tls_compliant: Spanned<bool>,
}

/// Status codes from the first to the last, 100 to 599.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StatusRange {
    /// The lowest.
    pub first: u16,
    /// The highest, which may be the same.
    pub last: u16,
}

impl StatusRange {
    /// Every success.
    pub const SUCCESS: Self = Self { first: 200, last: 299 };

    /// True if the code is in it.
    pub const fn contains(self, code: u16) -> bool {
        self.first <= code && code <= self.last
    }
}

/// What the answer must match, in PCRE2.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Regex {
    /// The pattern, quotes and escapes undone.
    pub pattern: Spanned<String>,
    /// `regex_no_match`: it must not match.
    pub no_match: Spanned<bool>,
    /// `regex_options`, the known ones, in the order of the file.
    pub options: Vec<Spanned<RegexOption>>,
    /// `regex_min_offset`: a match begins here or later; 0.
    pub min_offset: Spanned<u64>,
    /// `regex_max_offset`: a match begins here or earlier; above `min_offset`.
    pub max_offset: Option<Spanned<u64>>,
    /// `regex_stack`: first and greatest size of the matcher's stack, bytes.
    pub stack: Option<Spanned<(u64, u64)>>,
}

macro_rules! regex_options {
    ($($variant:ident = $name:literal;)*) => {
        /// How PCRE2 compiles a pattern: its option of that name.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs, reason = "the names are those of PCRE2's options")]
        pub enum RegexOption {
            $($variant,)*
        }

        impl RegexOption {
            /// The option of that name; case counts.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

regex_options! {
    AllowEmptyClass = "allow_empty_class";
    AltBsux = "alt_bsux";
    AutoCallout = "auto_callout";
    Caseless = "caseless";
    DollarEndonly = "dollar_endonly";
    Dotall = "dotall";
    Dupnames = "dupnames";
    Extended = "extended";
    Firstline = "firstline";
    MatchUnsetBackref = "match_unset_backref";
    Multiline = "multiline";
    NeverUcp = "never_ucp";
    NeverUtf = "never_utf";
    NoAutoCapture = "no_auto_capture";
    NoAutoPossess = "no_auto_possess";
    NoDotstarAnchor = "no_dotstar_anchor";
    NoStartOptimize = "no_start_optimize";
    Ucp = "ucp";
    Ungreedy = "ungreedy";
    Utf = "utf";
    NeverBackslashC = "never_backslash_c";
    AltCircumflex = "alt_circumflex";
    AltVerbnames = "alt_verbnames";
    UseOffsetLimit = "use_offset_limit";
}
