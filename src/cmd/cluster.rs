//! Reaching an index on a cluster: its address, and what opens it. No secret is an argument, and none is shown.

use super::lang::t;
use super::{Common, Failure};
use baogao_cluster::{Access, Address, AddressError, Certificates, ClusterShelf};
use std::path::Path;
use std::time::Duration;

/// What stands under the address in the place of a folder; nothing if it is a folder.
pub(crate) fn shelf(common: &Common) -> Result<Option<ClusterShelf>, Failure> {
    let given = common.index.to_string_lossy();
    if !Address::is_meant(&given) {
        return Ok(None);
    }
    let (address, access) = reach(common, &given)?;
    Ok(Some(ClusterShelf::new(address, access)))
}

/// Refuses an address where only the folder of an index will do.
pub(crate) fn refuse_address(common: &Common) -> Result<(), Failure> {
    match Address::is_meant(&common.index.to_string_lossy()) {
        false => Ok(()),
        true => Err(Failure::usage(
            t!("an index on a cluster is made from one in a folder"),
            Some(
                t!("name the folder with --index, and send it with `baogao publish ADDRESS`")
                    .into_owned(),
            ),
        )),
    }
}

/// An address, and what opens it.
pub(crate) fn reach(common: &Common, given: &str) -> Result<(Address, Access), Failure> {
    let address = Address::new(given, common.plain_http).map_err(|error| refused(error, given))?;
    let user = match &common.password_file {
        Some(path) => Some(from_file(path)?),
        None => from_environment().or_else(|| from_netrc(address.host())),
    };
    let access = Access {
        user,
        certificates: common.cacert.as_deref().map(certificates).transpose()?,
        question_limit: Some(Duration::from_secs(common.time_limit.into())),
        ..Access::default()
    };
    Ok((address, access))
}

/// The certificates of a file.
fn certificates(path: &Path) -> Result<Certificates, Failure> {
    let hint = || {
        let hint = t!(
            "--cacert and BAOGAO_CACERT name a file of certificates in PEM: -----BEGIN CERTIFICATE-----"
        );
        Some(hint.into_owned())
    };
    let bytes = std::fs::read(path).map_err(|error| {
        let message = t!(
            "`%{a}` cannot be read: %{error}",
            a = path.display(),
            error = super::lang::cause(&error)
        );
        Failure::usage(message, hint())
    })?;
    Certificates::from_pem(&bytes).ok_or_else(|| {
        let message = t!("`%{a}` has no certificate in it", a = path.display());
        Failure::usage(message, hint())
    })
}

fn refused(error: AddressError, given: &str) -> Failure {
    let (message, hint) = match error {
        AddressError::Scheme => (
            t!("the address of a cluster begins with opensearch+https://"),
            t!("write opensearch+https://HOST/NAME"),
        ),
        AddressError::Prefix => (
            t!("the address of a cluster begins with opensearch+https://"),
            t!("write opensearch+%{given}", given = given),
        ),
        // The address is not repeated: it has a secret in it.
        AddressError::Secret => (
            t!("an address must not have a user or a password in it"),
            t!(
                "give them with BAOGAO_CLUSTER_USER and BAOGAO_CLUSTER_PASSWORD, --password-file, or a ~/.netrc"
            ),
        ),
        AddressError::Form => (
            t!("the address of a cluster is a host and one name"),
            t!("write opensearch+https://HOST/NAME"),
        ),
        AddressError::Port => (
            t!("behind the host of a cluster stands a colon and a port"),
            t!("a port is a number from 1 to 65535: opensearch+https://HOST:9200/NAME"),
        ),
        AddressError::Name => (
            t!("no index of a cluster can be called so"),
            t!("lower-case letters, digits, - and _ make a name; -- is kept for the program"),
        ),
        AddressError::Plain => (
            t!("without encryption only a cluster on this machine is reached"),
            t!("write opensearch+https://HOST/NAME, or allow it with --plain-http"),
        ),
    };
    Failure::usage(message, Some(hint.into_owned()))
}

fn from_environment() -> Option<(String, String)> {
    let user = std::env::var("BAOGAO_CLUSTER_USER").ok()?;
    if user.is_empty() {
        return None;
    }
    let password = std::env::var("BAOGAO_CLUSTER_PASSWORD").unwrap_or_default();
    Some((user, password))
}

fn from_file(path: &Path) -> Result<(String, String), Failure> {
    let hint = || Some(t!("--password-file names a file of one line, USER:PASSWORD").into_owned());
    let text = super::read_text(path).map_err(|failure| match failure {
        Failure::Told { code, message, .. } => Failure::Told {
            code,
            message,
            hint: hint(),
        },
        other => other,
    })?;
    let line = text.lines().next().unwrap_or_default();
    let both = line.split_once(':');
    both.map(|(user, password)| (user.to_owned(), password.to_owned()))
        .ok_or_else(|| {
            let message = t!("`%{a}` has no line USER:PASSWORD", a = path.display());
            Failure::usage(message, None)
        })
}

/// User and password that ~/.netrc has for a host.
fn from_netrc(host: &str) -> Option<(String, String)> {
    let home = std::env::var_os("HOME")?;
    let text = std::fs::read_to_string(Path::new(&home).join(".netrc")).ok()?;
    netrc_entry(&text, host)
}

/// The entry of a host: `machine HOST login USER password PASSWORD`, in any layout.
fn netrc_entry(text: &str, host: &str) -> Option<(String, String)> {
    let mut words = text.split_whitespace();
    let (mut is_host, mut user, mut password) = (false, None, None);
    while let Some(word) = words.next() {
        match word {
            "machine" | "default" => {
                if is_host && user.is_some() {
                    break;
                }
                is_host = word == "default" || words.next() == Some(host);
                (user, password) = (None, None);
            }
            // What follows is a value, whosever it is.
            "login" => user = words.next().map(str::to_owned).filter(|_| is_host),
            "password" => password = words.next().map(str::to_owned).filter(|_| is_host),
            "account" => {
                words.next();
            }
            _ => {}
        }
    }
    let user = user.filter(|_| is_host)?;
    Some((user, password.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::netrc_entry;

    #[test]
    fn a_netrc_is_read_by_host() {
        let text = "machine a.org login me password one\nmachine b.org\n  login you\n  password two\ndefault login any password three\n";
        let entry =
            |host| netrc_entry(text, host).map(|(user, password)| format!("{user} {password}"));
        assert_eq!(entry("a.org").as_deref(), Some("me one"));
        assert_eq!(entry("b.org").as_deref(), Some("you two"));
        assert_eq!(entry("c.org").as_deref(), Some("any three"));
        assert_eq!(netrc_entry("machine a.org login me", "c.org"), None);
        // A user may be called like a keyword.
        let odd = "machine a.org account default login you password secret";
        assert_eq!(netrc_entry(odd, "c.org"), None);
    }
}
