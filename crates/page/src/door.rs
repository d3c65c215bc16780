//! Who is let in: what a page of another site in the same browser could send is refused before an address is looked at
//! (DNS rebinding, forged requests), and with a token whoever does not bring it.
//!
//! In: the head of a request. Out: why it is refused, or nothing. A link on another site that a person follows
//! answers nothing; it shows a page from which the same address can be opened.
//!
//! # Invariants
//!
//! - Whoever is sent on is sent to an address of this server, put together anew from what it knows.
//! - The token is in no answer but the cookie of whoever brought it.

use super::asked::View;
use super::opening::Opening;
use super::page;
use super::reply::Reply;
use super::words::Lang;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Request, Uri};
use std::sync::Arc;

/// Bytes of an address.
const MAX_ADDRESS_BYTES: usize = 10 << 10;

/// What is let in.
pub(super) struct Door {
    /// Names under which a browser on this machine finds the server.
    hosts: [String; 3],
    port: u16,
    token: Option<String>,
    opening: Arc<Opening>,
}

/// Where a request comes from, as the browser says.
#[derive(PartialEq, Eq)]
enum Site {
    /// From here, or typed in.
    Own,
    /// From elsewhere, by a link that a person followed.
    Visit,
    /// From elsewhere.
    Other,
}

impl Door {
    pub(super) fn new(port: u16, token: Option<String>, opening: Arc<Opening>) -> Door {
        Door {
            hosts: ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}")),
            port,
            token,
            opening,
        }
    }

    /// What is refused whatever is asked for, or answered before that. `has_body` is whether something follows the head.
    pub(super) fn refuse<B>(
        &self,
        request: &Request<B>,
        has_body: bool,
        lang: Lang,
    ) -> Option<Reply> {
        if !self.is_own_name(request) {
            let message = lang.pick(
                "本服务只应答自己的地址",
                "this server answers only to its own name",
            );
            return Some(Reply::error(421, "host", message));
        }
        let site = self.site(request.headers());
        if site == Site::Other {
            let message = lang.pick(
                "不应答其他网站的页面",
                "pages of other sites are not answered",
            );
            return Some(Reply::error(403, "origin", message));
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let message = lang.pick("只应答 GET 和 HEAD 请求", "only GET and HEAD are answered");
            let allowed = (header::ALLOW, "GET, HEAD".to_owned());
            return Some(Reply::error(405, "method", message).with(allowed));
        }
        let address = request.uri().path_and_query();
        if address.is_some_and(|address| address.as_str().len() > MAX_ADDRESS_BYTES) {
            let message = lang.pick("地址太长", "the address is too long");
            return Some(Reply::error(414, "address", message));
        }
        if has_body {
            let message = lang.pick("请求不应有正文", "a request has no body here");
            let close = (header::CONNECTION, "close".to_owned());
            return Some(Reply::error(413, "body", message).with(close));
        }
        match &self.token {
            Some(token) => self.refuse_strangers(token, request, site, lang),
            None if site == Site::Visit => {
                Some(page::from_elsewhere(&own_address(request.uri()), lang))
            }
            None => None,
        }
    }

    /// Whether the request is for one of the names of this server, and for it alone.
    fn is_own_name<B>(&self, request: &Request<B>) -> bool {
        let mut hosts = request.headers().get_all(header::HOST).iter();
        let is_ours = |host: &HeaderValue| {
            let ours = |own: &String| own.as_bytes().eq_ignore_ascii_case(host.as_bytes());
            self.hosts.iter().any(ours)
        };
        let is_one = hosts.next().is_some_and(is_ours) && hosts.next().is_none();
        is_one && request.uri().authority().is_none()
    }

    fn site(&self, headers: &HeaderMap) -> Site {
        let is_foreign = |origin: &HeaderValue| {
            let own = |host: &String| origin.as_bytes() == format!("http://{host}").as_bytes();
            !self.hosts.iter().any(own)
        };
        if headers.get_all(header::ORIGIN).iter().any(is_foreign) {
            return Site::Other;
        }
        let sites = headers.get_all("sec-fetch-site");
        let is_own = |site: &HeaderValue| matches!(site.as_bytes(), b"same-origin" | b"none");
        if sites.iter().all(is_own) {
            return Site::Own;
        }
        let is = |name: &str, value: &[u8]| {
            let mut values = headers.get_all(name).iter();
            values.next().is_some_and(|found| found.as_bytes() == value) && values.next().is_none()
        };
        let is_visit = is("sec-fetch-mode", b"navigate")
            && is("sec-fetch-dest", b"document")
            && !headers.contains_key(header::ORIGIN);
        let is_near = |site: &HeaderValue| is_own(site) || site.as_bytes() == b"same-site";
        match (is_visit, sites.iter().all(is_near)) {
            // From another server of this machine.
            (true, true) => Site::Own,
            (true, false) => Site::Visit,
            (false, _) => Site::Other,
        }
    }

    /// With a token: whoever brings it gets a cookie, whoever has neither gets nothing.
    fn refuse_strangers<B>(
        &self,
        token: &str,
        request: &Request<B>,
        site: Site,
        lang: Lang,
    ) -> Option<Reply> {
        let query = request.uri().query().unwrap_or_default();
        let mut given = form_urlencoded::parse(query.as_bytes());
        if given.any(|(name, value)| name == "token" && are_equal(&value, token)) {
            // The way has been gone.
            self.opening.close();
            let to = own_address(request.uri());
            let reply = match site {
                // A browser keeps the cookie from whoever was sent on from elsewhere, a file among them: a page of
                // this server has to lead on.
                Site::Visit => page::welcome(&to, lang),
                _ => Reply::redirect(&to),
            };
            let cookie = format!(
                "baogao-{}={token}; HttpOnly; SameSite=Strict; Path=/",
                self.port
            );
            return Some(reply.with((header::SET_COOKIE, cookie)));
        }
        if site == Site::Visit {
            return Some(page::from_elsewhere(&own_address(request.uri()), lang));
        }
        if self.has_cookie(token, request.headers()) {
            return None;
        }
        let message = lang.pick(
            "请打开 `baogao serve` 打印的地址",
            "open the address that `baogao serve` printed",
        );
        Some(Reply::error(401, "token", message))
    }

    fn has_cookie(&self, token: &str, headers: &HeaderMap) -> bool {
        let name = format!("baogao-{}", self.port);
        let cookies = headers.get_all(header::COOKIE).iter();
        cookies
            .filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .any(|(key, value)| key == name && are_equal(value, token))
    }
}

/// The address of a request without a token, put together from what is known here: its path is one of this server's, or
/// the start page, and leads nowhere else however it is written.
fn own_address(uri: &Uri) -> String {
    let path = uri.path();
    let is_known = View::of_path(path).is_some()
        || matches!(path, "/health" | "/openapi.json")
        || page::asset(path).is_some();
    if !is_known {
        return "/".to_owned();
    }
    let query = uri.query().unwrap_or_default();
    let rest = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "token");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(rest)
        .finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// Compares all of two texts, however early they differ: time tells nothing.
fn are_equal(a: &str, b: &str) -> bool {
    let differing = a
        .bytes()
        .zip(b.bytes())
        .fold(0, |all, (a, b)| all | (a ^ b));
    a.len() == b.len() && differing == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_sent_on_stays_here() {
        for (given, expected) in [
            ("/", "/"),
            ("/?token=t", "/"),
            ("/search?q=a&token=t&lang=zh", "/search?q=a&lang=zh"),
            (
                "/search.json?q=%E7%99%BD&token=t",
                "/search.json?q=%E7%99%BD",
            ),
            ("/health?token=t", "/health"),
            ("//evil.example/?token=t", "/"),
            ("//evil.example/search?q=a", "/"),
            ("/%2f/evil.example", "/"),
            ("/%5cevil.example/?token=t", "/"),
            ("/../evil", "/"),
            ("/search/../..//evil.example", "/"),
            ("/;//evil.example", "/"),
            (
                "/search?q=%0d%0aLocation:%20//evil",
                "/search?q=%0D%0ALocation%3A+%2F%2Fevil",
            ),
        ] {
            let uri: Uri = given.parse().expect("an address");
            assert_eq!(own_address(&uri), expected, "{given}");
        }
    }

    #[test]
    fn where_a_request_comes_from() {
        let door = Door::new(7070, None, Arc::default());
        let visit = [
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        let site_of = |fields: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in fields {
                headers.append(*name, HeaderValue::from_static(value));
            }
            door.site(&headers)
        };
        for site in ["cross-site", "same-site", "none", "same-origin", "strange"] {
            let mut fields = vec![("sec-fetch-site", site)];
            let expected = match site {
                "none" | "same-origin" => Site::Own,
                _ => Site::Other,
            };
            assert!(site_of(&fields) == expected, "{site}");
            fields.extend(visit);
            let expected = match site {
                "cross-site" | "strange" => Site::Visit,
                _ => Site::Own,
            };
            assert!(site_of(&fields) == expected, "{site}, by a link");
            fields.push(("origin", "http://evil.example"));
            assert!(site_of(&fields) == Site::Other, "{site}, from a form");
            fields.pop();
            fields.push(("sec-fetch-dest", "iframe"));
            let expected = match site {
                "none" | "same-origin" => Site::Own,
                _ => Site::Other,
            };
            assert!(site_of(&fields) == expected, "{site}, in a frame");
        }
        assert!(site_of(&[]) == Site::Own);
        assert!(site_of(&[("origin", "null")]) == Site::Other);
        assert!(site_of(&[("origin", "http://localhost:7070")]) == Site::Own);
    }
}
