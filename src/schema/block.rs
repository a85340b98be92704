//! The places a keyword can stand in: the top level, braces of each kind, and the option words of
//! one line. Which place a brace opens is told by [`Keyword::opens`](super::Keyword::opens).

/// Declares [`Block`] with its path, so that a place and its name are written once.
macro_rules! blocks {
    ($($(#[$doc:meta])* $variant:ident = $path:literal;)*) => {
        /// A place with keywords of its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Block {
            $($(#[$doc])* $variant,)*
        }

        impl Block {
            /// Every place, outer ones before the ones inside them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The full path from the top level, such as `vrrp_instance/authentication`.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$variant => $path,)*
                }
            }
        }
    };
}

blocks! {
    /// Outside of all braces.
    TopLevel = "the top level";
    /// `global_defs { }`.
    GlobalDefs = "global_defs";
    /// The recipients in `notification_email { }`.
    EmailList = "global_defs/notification_email";
    /// A line of `linkbeat_interfaces { }`.
    LinkbeatInterface = "linkbeat_interfaces";
    /// A line of `interface_up_down_delays { }`.
    InterfaceDelay = "interface_up_down_delays";
    /// `track_group NAME { }`.
    TrackGroup = "track_group";
    /// `vrrp_sync_group NAME { }`.
    SyncGroup = "vrrp_sync_group";
    /// Names of instances in `group { }`.
    InstanceList = "group";
    /// `garp_group { }`.
    GarpGroup = "garp_group";
    /// Names of interfaces in `interfaces { }`.
    InterfaceList = "garp_group/interfaces";
    /// `vrrp_instance NAME { }`.
    VrrpInstance = "vrrp_instance";
    /// Words after `use_vmac`.
    UseVmacOption = "vrrp_instance/use_vmac";
    /// Words after `use_ipvlan`.
    UseIpvlanOption = "vrrp_instance/use_ipvlan";
    /// Words of one line of `unicast_peer { }`.
    UnicastPeerOption = "vrrp_instance/unicast_peer";
    /// Words after `garp_extra_if`.
    GarpExtraIfOption = "vrrp_instance/garp_extra_if";
    /// `authentication { }`.
    Authentication = "vrrp_instance/authentication";
    /// `auth_hmac { }`.
    AuthHmac = "vrrp_instance/auth_hmac";
    /// `vrrp_script NAME { }`.
    VrrpScript = "vrrp_script";
    /// `track_file NAME { }`, also `vrrp_track_file`.
    TrackFile = "track_file";
    /// Words after `init_file`.
    InitFileOption = "track_file/init_file";
    /// `vrrp_track_process NAME { }`.
    TrackProcess = "vrrp_track_process";
    /// Words of one line of `track_interface { }`, `track_script { }` and their kin.
    TrackEntry = "a track_* entry";
    /// Words of one line of `virtual_ipaddress { }`, its `_excluded` kin, `static_ipaddress { }`.
    AddressLine = "an address line";
    /// Words of one line of `virtual_routes { }` and `static_routes { }`.
    RouteLine = "a route line";
    /// The kinds of tunnel after `encap` in a route.
    RouteEncap = "a route line/encap";
    /// Words after `encap ip` and `encap ip6` in a route.
    RouteEncapIp = "a route line/encap ip|ip6";
    /// Words after `nexthop` in a route.
    RouteNexthop = "a route line/nexthop";
    /// Words of one line of `virtual_rules { }` and `static_rules { }`.
    RuleLine = "a rule line";
    /// `SSL { }`.
    Ssl = "SSL";
    /// A line of `virtual_server_group NAME { }`.
    VirtualServerGroup = "virtual_server_group";
    /// `virtual_server ... { }`.
    VirtualServer = "virtual_server";
    /// `real_server ... { }`.
    RealServer = "virtual_server/real_server";
    /// `MISC_CHECK { }`.
    MiscCheck = "virtual_server/real_server/MISC_CHECK";
    /// `SMTP_CHECK { }`.
    SmtpCheck = "virtual_server/real_server/SMTP_CHECK";
    /// `host { }` of an `SMTP_CHECK`.
    SmtpHost = "virtual_server/real_server/SMTP_CHECK/host";
    /// `TCP_CHECK { }`.
    TcpCheck = "virtual_server/real_server/TCP_CHECK";
    /// `UDP_CHECK { }`.
    UdpCheck = "virtual_server/real_server/UDP_CHECK";
    /// `PING_CHECK { }`.
    PingCheck = "virtual_server/real_server/PING_CHECK";
    /// `HTTP_GET { }`.
    HttpGet = "virtual_server/real_server/HTTP_GET";
    /// `url { }` of an `HTTP_GET`.
    HttpUrl = "virtual_server/real_server/HTTP_GET/url";
    /// `SSL_GET { }`.
    SslGet = "virtual_server/real_server/SSL_GET";
    /// `url { }` of an `SSL_GET`.
    SslUrl = "virtual_server/real_server/SSL_GET/url";
    /// `DNS_CHECK { }`.
    DnsCheck = "virtual_server/real_server/DNS_CHECK";
    /// `FILE_CHECK { }`.
    FileCheck = "virtual_server/real_server/FILE_CHECK";
    /// `BFD_CHECK { }`.
    BfdCheck = "virtual_server/real_server/BFD_CHECK";
    /// `bfd_instance NAME { }`.
    BfdInstance = "bfd_instance";
}

impl Block {
    /// The short name for messages: the last step of [`path`](Self::path).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RouteEncapIp => "encap ip|ip6",
            _ => self.path().rsplit('/').next().unwrap_or_default(),
        }
    }
}
