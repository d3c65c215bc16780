//! Where a cluster is, and what opens it.
//!
//! In: `opensearch+https://host/name`, and what the reader gives beside it. Out: the address without any secret, and the
//! header that proves who asks.

use crate::wire::Certificates;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::time::Duration;

/// How addresses of clusters begin.
const SCHEMES: [(&str, &str); 2] = [
    ("opensearch+https://", "https://"),
    ("opensearch+http://", "http://"),
];
/// Longer names are none that OpenSearch takes, with what is added to them.
const NAME_BYTES_MAX: usize = 200;

/// A cluster and the name under which an index is published there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Scheme, host and port: `https://search.example.org:9200`.
    pub(crate) base: String,
    /// The name: lower-case letters, digits, `-` and `_`.
    pub(crate) name: String,
}

/// Why an address is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// It does not begin as addresses of clusters do.
    Scheme,
    /// It is that of a page: `opensearch+` in front is missing.
    Prefix,
    /// It has a user or a password in it.
    Secret,
    /// It has no host, or something behind the name.
    Form,
    /// What stands behind the host is no port: it would be another that is reached.
    Port,
    /// The name is none that a cluster takes.
    Name,
    /// Plain HTTP to another machine.
    Plain,
}

impl Address {
    /// Whether what stands in the place of a folder is meant to be an address.
    pub fn is_meant(given: &str) -> bool {
        given.contains("://")
            || given.to_ascii_lowercase().starts_with("opensearch") && given.contains(':')
    }

    /// Reads an address; plain HTTP reaches this machine alone unless it is allowed.
    ///
    /// # Errors
    /// When it is none.
    pub fn new(given: &str, plain_allowed: bool) -> Result<Address, AddressError> {
        // First of all: what has a secret in it is shown to nobody.
        if given.contains('@') {
            return Err(AddressError::Secret);
        }
        let begins_with = |begins: &str| {
            let begin = given.get(..begins.len());
            begin.is_some_and(|begin| begin.eq_ignore_ascii_case(begins))
        };
        let scheme = SCHEMES.iter().find(|(begins, _)| begins_with(begins));
        let is_page = SCHEMES.iter().any(|(_, page)| begins_with(page));
        let (begins, scheme) = scheme.ok_or(match is_page {
            true => AddressError::Prefix,
            false => AddressError::Scheme,
        })?;
        let rest = given.get(begins.len()..).unwrap_or_default();
        let (host, name) = rest.split_once('/').ok_or(AddressError::Form)?;
        let name = name.strip_suffix('/').unwrap_or(name);
        if name.contains(['/', '?', '#']) {
            return Err(AddressError::Form);
        }
        check_host(host)?;
        let is_name =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        let begins_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !begins_well
            || !name.chars().all(is_name)
            || name.len() > NAME_BYTES_MAX
            || name.contains("--")
        {
            return Err(AddressError::Name);
        }
        if *scheme == "http://" && !plain_allowed && !is_loopback(&host.to_ascii_lowercase()) {
            return Err(AddressError::Plain);
        }
        Ok(Address {
            base: format!("{scheme}{}", host.to_ascii_lowercase()),
            name: name.to_owned(),
        })
    }

    /// The name of the host, without its port.
    pub fn host(&self) -> &str {
        let host = self.base.split("://").nth(1).unwrap_or_default();
        let end = match host.starts_with('[') {
            true => host.find(']').map_or(host.len(), |at| at + 1),
            false => host.find(':').unwrap_or(host.len()),
        };
        host.get(..end).unwrap_or(host)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "opensearch+{}/{}", self.base, self.name)
    }
}

/// Whether this is the name or the number of a host, and behind a colon a port.
fn check_host(host: &str) -> Result<(), AddressError> {
    let (is_host, behind) = match host.strip_prefix('[') {
        Some(rest) => {
            let (number, behind) = rest.split_once(']').ok_or(AddressError::Form)?;
            (number.parse::<std::net::Ipv6Addr>().is_ok(), behind)
        }
        None => {
            let (name, behind) = host.split_at(host.find(':').unwrap_or(host.len()));
            let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
            (!name.is_empty() && name.chars().all(is_of_name), behind)
        }
    };
    is_host.then_some(()).ok_or(AddressError::Form)?;
    let is_port = |port: &str| {
        let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
        is_number && port.parse::<u16>().is_ok_and(|port| port > 0)
    };
    let is_well = behind.is_empty() || behind.strip_prefix(':').is_some_and(is_port);
    is_well.then_some(()).ok_or(AddressError::Port)
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let address = name.parse::<std::net::IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// What opens a cluster.
#[derive(Clone, Default)]
pub struct Access {
    /// User and password.
    pub user: Option<(String, String)>,
    /// Certificates to trust in place of those of the program.
    pub certificates: Option<Certificates>,
    /// How long one request may take, and be put off by a busy cluster; one minute if nothing is said.
    pub limit: Option<Duration>,
    /// How long one question may take, all its requests together; without an end if nothing is said.
    pub question_limit: Option<Duration>,
    /// Bytes of an answer with passages, unless it is one passage; 32 MiB if nothing is said.
    pub page_bytes: Option<u64>,
}

impl Access {
    /// The header that says who asks.
    pub(crate) fn header(&self) -> Option<String> {
        let (user, password) = self.user.as_ref()?;
        Some(format!(
            "Basic {}",
            STANDARD.encode(format!("{user}:{password}"))
        ))
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_others_refused() {
        let read = |given: &str| Address::new(given, false);
        let address =
            read("opensearch+https://search.example.org:9200/reports").expect("it is one");
        assert_eq!(address.base, "https://search.example.org:9200");
        assert_eq!(
            address.to_string(),
            "opensearch+https://search.example.org:9200/reports"
        );
        let loud = read("OpenSearch+HTTPS://Search.Example.ORG:9200/reports");
        assert_eq!(loud, Ok(address));
        for host in ["LOCALHOST", "127.0.0.1:9200", "localhost", "[::1]:9200"] {
            assert!(
                read(&format!("opensearch+http://{host}/r")).is_ok(),
                "{host}"
            );
        }
        for (given, error) in [
            ("index", AddressError::Scheme),
            ("opensearch+ftp://a/b", AddressError::Scheme),
            ("https://a/b", AddressError::Prefix),
            ("HTTP://localhost/b", AddressError::Prefix),
            ("https://me:secret@a/b", AddressError::Secret),
            ("opensearch+https://me:secret@a/b", AddressError::Secret),
            ("opensearch+https://a", AddressError::Form),
            ("opensearch+https:///b", AddressError::Form),
            ("opensearch+https://a/b/c", AddressError::Form),
            ("opensearch+https://a/b?c", AddressError::Form),
            ("opensearch+https://a:99999/b", AddressError::Port),
            ("opensearch+https://a:0/b", AddressError::Port),
            ("opensearch+https://a:/b", AddressError::Port),
            ("opensearch+https://a:+80/b", AddressError::Port),
            ("opensearch+https://a:80:90/b", AddressError::Port),
            (
                "opensearch+http://localhost:example.com/b",
                AddressError::Port,
            ),
            ("opensearch+http://[::1]example.com/b", AddressError::Port),
            ("opensearch+http://[::1/b", AddressError::Form),
            ("opensearch+http://[x]/b", AddressError::Form),
            ("opensearch+https://:9200/b", AddressError::Form),
            ("opensearch+https://a/", AddressError::Name),
            ("opensearch+https://a/_all", AddressError::Name),
            ("opensearch+https://a/B", AddressError::Name),
            ("opensearch+https://a/a*", AddressError::Name),
            ("opensearch+https://a/a--p", AddressError::Name),
            ("opensearch+http://10.0.0.1/a", AddressError::Plain),
            (
                "opensearch+http://127.0.0.1.example.org/a",
                AddressError::Plain,
            ),
        ] {
            assert_eq!(read(given), Err(error), "{given}");
        }
        assert!(Address::new("opensearch+http://10.0.0.1/a", true).is_ok());
    }

    #[test]
    fn a_secret_is_not_printed() {
        let access = Access {
            user: Some(("me".to_owned(), "secret".to_owned())),
            ..Access::default()
        };
        assert!(!format!("{access:?}").contains("secret"));
        assert_eq!(access.header().as_deref(), Some("Basic bWU6c2VjcmV0"));
    }
}
