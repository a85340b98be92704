//! `HTTP_GET` and `SSL_GET`, their pages and patterns, and the `SSL` block.

use super::{checks, table};
use crate::ir::Config;
use crate::ir::lvs::{Check, Checker, Url};

fn check(checker: &Checker) -> String {
    let Check::Http(http) = &checker.check.value else { return "?".to_owned() };
    let flags = [
        ("tls", http.tls),
        ("sni", http.sni.value),
        ("fast", http.fast_recovery.value),
        ("compliant", http.tls_compliant.value),
    ];
    let on: Vec<_> = flags.iter().filter(|(_, on)| *on).map(|(name, _)| *name).collect();
    format!(
        "{:?} {on:?} host {:?} sni {:?}, {} retries, {} pages",
        http.version.value,
        http.virtualhost.as_ref().map(|name| &name.value),
        http.sni_name.as_ref().map(|name| &name.value),
        checker.pace.retry.value,
        http.urls.len()
    )
}

fn page(url: &Url) -> String {
    let status: Vec<_> = url.status.iter().map(|range| (range.first, range.last)).collect();
    let digest = url.digest.map(|digest| u128::from_be_bytes(digest.value));
    let regex = url.regex.as_ref().map(|regex| {
        let options: Vec<_> = regex.options.iter().map(|option| option.value).collect();
        format!(
            "/{}/ not {} {options:?} {}..{:?} {:?}",
            regex.pattern.value,
            regex.no_match.value,
            regex.min_offset.value,
            regex.max_offset.map(|offset| offset.value),
            regex.stack.map(|stack| stack.value)
        )
    });
    format!(
        "{} {:?} {status:?} {} {}",
        url.path.value,
        url.virtualhost.as_ref().map(|name| &name.value),
        digest.map_or("no digest".to_owned(), |digest| format!("{digest:032x}")),
        regex.unwrap_or("no regex".to_owned())
    )
}

fn pages(checker: &Checker) -> String {
    let Check::Http(http) = &checker.check.value else { return "?".to_owned() };
    http.urls.iter().map(page).collect::<Vec<_>>().join(" + ")
}

#[test]
fn web_checks() {
    const URL: &str = "url {; path /; }";
    let rows = [
        URL,
        "",
        "url {; }",
        "url {; virtualhost a; }; url {; path /; }",
        "url {; path /; }; nb_get_retry 3",
        "url {; path /; }; nb_get_retry x",
        "url {; path /; }; virtualhost a; http_protocol 1.1; enable_sni; fast_recovery",
        "url {; path /; }; virtualhost",
        "url {; path /; }; http_protocol 1.0c",
        "url {; path /; }; http_protocol 2",
        "url {; path /; }; http_protocol",
        "url {; path /; }; enable_sni x",
        "url {; path /; }; sni_name n",
        "url {; path /; }; tls_compliant",
        "url {; path /; }; url {; path /b; }",
    ];
    insta::assert_snapshot!(checks("HTTP_GET", &rows, check), @r#"
    url {; path /; }  =>  V1_0 [] host None sni None, 1 retries, 1 pages
      =>  -
        13:1: error[SA519]: the web check has no page to fetch
          Counted HTTP/SSL_GET checker has no urls specified - ignoring
    url {; }  =>  -
        13:1: error[SA519]: the web check has no page to fetch
          Counted HTTP/SSL_GET checker has no urls specified - ignoring
        14:1: error[SA519]: the page has no `path`
          Counted HTTP/SSL_GET checker url has no path - ignoring
    url {; virtualhost a; }; url {; path /; }  =>  V1_0 [] host None sni None, 1 retries, 1 pages
        14:1: error[SA519]: the page has no `path`
          Counted HTTP/SSL_GET checker url has no path - ignoring
    url {; path /; }; nb_get_retry 3  =>  V1_0 [] host None sni None, 3 retries, 1 pages
        17:1: warning[SA118]: `nb_get_retry` is deprecated
          Counted nb_get_retry is deprecated - please use 'retry'
    url {; path /; }; nb_get_retry x  =>  V1_0 [] host None sni None, 1 retries, 1 pages
        17:1: warning[SA118]: `nb_get_retry` is deprecated
          Counted nb_get_retry is deprecated - please use 'retry'
        17:14: error[SA201]: invalid number 'x' for `nb_get_retry`
          Counted Invalid nb_get_retry value 'x'
    url {; path /; }; virtualhost a; http_protocol 1.1; enable_sni; fast_recovery  =>  V1_1 ["sni", "fast"] host Some("a") sni None, 1 retries, 1 pages
    url {; path /; }; virtualhost  =>  V1_0 [] host None sni None, 1 retries, 1 pages
        17:1: error[SA115]: `virtualhost` lacks its value
          Counted HTTP_GET virtualhost name missing
    url {; path /; }; http_protocol 1.0c  =>  V1_0Close [] host None sni None, 1 retries, 1 pages
    url {; path /; }; http_protocol 2  =>  V1_0 [] host None sni None, 1 retries, 1 pages
        17:15: error[SA204]: no HTTP version '2'
          Counted Invalid http_protocol version 2
    url {; path /; }; http_protocol  =>  V1_0 [] host None sni None, 1 retries, 1 pages
        17:1: error[SA115]: `http_protocol` lacks its value
          Counted Missing http_protocol version
    url {; path /; }; enable_sni x  =>  V1_0 [] host None sni None, 1 retries, 1 pages
        17:12: error[SA204]: 'x' is no value of `enable_sni`
          Counted Invalid enable_sni parameter x
    url {; path /; }; sni_name n  =>  V1_0 [] host None sni None, 1 retries, 1 pages
        17:1: error[SA101]: Unknown keyword 'sni_name'
          Counted 
    url {; path /; }; tls_compliant  =>  V1_0 [] host None sni None, 1 retries, 1 pages
        17:1: error[SA101]: Unknown keyword 'tls_compliant'
          Counted 
    url {; path /; }; url {; path /b; }  =>  V1_0 [] host None sni None, 1 retries, 2 pages
    "#);
    let rows =
        [URL, "url {; path /; tls_compliant; }; tls_compliant", "url {; path /; }; sni_name"];
    insta::assert_snapshot!(checks("SSL_GET", &rows, check), @r#"
    url {; path /; }  =>  V1_0 ["tls"] host None sni None, 1 retries, 1 pages
    url {; path /; tls_compliant; }; tls_compliant  =>  V1_0 ["tls", "compliant"] host None sni None, 1 retries, 1 pages
    url {; path /; }; sni_name  =>  V1_0 ["tls"] host None sni None, 1 retries, 1 pages
        17:1: error[SA101]: Unknown keyword 'sni_name'
          Counted
    "#);
}

#[test]
fn pages_of_a_check() {
    let rows = [
        "path /",
        "path / b",
        "path /a; path /b",
        "path /; virtualhost a; virtualhost b",
        "path /; digest 9B3a0c85a887a256d6939da88aabd8cd",
        "path /; digest 9b3a",
        "path /; digest 9b3a0c85a887a256d6939da88aabd8cg",
        "path /; digest 00000000000000000000000000000001; digest 00000000000000000000000000000002",
        "path /; status_code 200 301-302; status_code 404",
        "path /; status_code 99 600 x 300-200 200- 1000",
        "path /; status_code",
        "path /; virtualhost",
    ];
    let rows: Vec<_> = rows.iter().map(|row| format!("url {{; {row}; }}")).collect();
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    insta::assert_snapshot!(checks("HTTP_GET", &rows, pages), @r#"
    url {; path /; }  =>  / None [(200, 299)] no digest no regex
    url {; path / b; }  =>  / None [(200, 299)] no digest no regex
        15:8: warning[SA116]: extra words after `path`
    url {; path /a; path /b; }  =>  /b None [(200, 299)] no digest no regex
        16:6: warning[SA120]: `path` is given twice
          Counted Duplicate path - overwriting /a with /b
    url {; path /; virtualhost a; virtualhost b; }  =>  / Some("b") [(200, 299)] no digest no regex
        17:13: warning[SA120]: `virtualhost` is given twice
          Counted Duplicate url virtualhost - overwriting a with b
    url {; path /; digest 9B3a0c85a887a256d6939da88aabd8cd; }  =>  / None [(200, 299)] 9b3a0c85a887a256d6939da88aabd8cd no regex
    url {; path /; digest 9b3a; }  =>  / None [(200, 299)] no digest no regex
        16:8: error[SA522]: the digest is no MD5 sum
          Counted digest '9b3a' character length should be 32 rather than 4
    url {; path /; digest 9b3a0c85a887a256d6939da88aabd8cg; }  =>  / None [(200, 299)] no digest no regex
        16:8: error[SA522]: the digest is no MD5 sum
          Counted Unable to interpret hex digit in '9b3a0c85a887a256d6939da88aabd8cg' at offset 30/31
    url {; path /; digest 00000000000000000000000000000001; digest 00000000000000000000000000000002; }  =>  / None [(200, 299)] 00000000000000000000000000000001 no regex
        17:8: error[SA120]: `digest` is given twice
          Counted Digest '00000000000000000000000000000002' is a duplicate
    url {; path /; status_code 200 301-302; status_code 404; }  =>  / None [(200, 200), (301, 302), (404, 404)] no digest no regex
    url {; path /; status_code 99 600 x 300-200 200- 1000; }  =>  / None [(200, 299)] no digest no regex
        16:13: error[SA202]: '99' is no status code and no range of them
          Counted Invalid HTTP_GET status code '99'
        16:16: error[SA202]: '600' is no status code and no range of them
          Counted Invalid HTTP_GET status code '600'
        16:20: error[SA202]: 'x' is no status code and no range of them
          Counted Invalid HTTP_GET status code 'x'
        16:22: error[SA202]: '300-200' is no status code and no range of them
          Counted Invalid HTTP_GET status code '300-200'
        16:30: error[SA202]: '200-' is no status code and no range of them
          Counted Invalid HTTP_GET status code '200-'
        16:35: error[SA202]: '1000' is no status code and no range of them
          Counted Invalid HTTP_GET status code '1000'
    url {; path /; status_code; }  =>  / None [(200, 299)] no digest no regex
        16:1: warning[SA115]: `status_code` lacks its value
    url {; path /; virtualhost; }  =>  / None [(200, 299)] no digest no regex
        16:1: error[SA115]: `virtualhost` lacks its value
          Counted Missing HTTP_GET virtualhost name
    "#);
}

#[test]
fn patterns() {
    let rows = [
        "regex a",
        "regex \"a b\"",
        "regex 'a \"b'",
        r"regex a\\d+",
        "regex a b",
        "regex a; regex b",
        "regex",
        "regex a; regex_no_match; regex_options caseless multiline nosuch",
        "regex a; regex_min_offset 5; regex_max_offset 9; regex_stack 1 2",
        "regex a; regex_min_offset 5; regex_max_offset 4",
        "regex a; regex_min_offset x; regex_max_offset -1",
        "regex a; regex_stack 2 1",
        "regex a; regex_stack x y",
        "regex a; regex_stack 1",
        "regex_no_match",
    ];
    let rows: Vec<_> = rows.iter().map(|row| format!("url {{; path /; {row}; }}")).collect();
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    insta::assert_snapshot!(checks("HTTP_GET", &rows, pages), @r#"
    url {; path /; regex a; }  =>  / None [(200, 299)] no digest /a/ not false [] 0..None None
    url {; path /; regex "a b"; }  =>  / None [(200, 299)] no digest /a b/ not false [] 0..None None
    url {; path /; regex 'a "b'; }  =>  / None [(200, 299)] no digest no regex
        16:10: error[SA107]: a double quote is never closed
          Counted 
        16:7: error[SA523]: `regex` takes one word
          Counted regex missing or too many fields
    url {; path /; regex a\\d+; }  =>  / None [(200, 299)] no digest /a\d+/ not false [] 0..None None
    url {; path /; regex a b; }  =>  / None [(200, 299)] no digest no regex
        16:7: error[SA523]: `regex` takes one word
          Counted regex missing or too many fields
    url {; path /; regex a; regex b; }  =>  / None [(200, 299)] no digest /b/ not false [] 0..None None
        17:7: warning[SA120]: `regex` is given twice
          Counted Duplicate regex specified - replacing a with b
    url {; path /; regex; }  =>  / None [(200, 299)] no digest no regex
        16:1: warning[SA115]: `regex` lacks its value
    url {; path /; regex a; regex_no_match; regex_options caseless multiline nosuch; }  =>  / None [(200, 299)] no digest /a/ not true [Caseless, Multiline] 0..None None
        18:34: warning[SA523]: PCRE2 has no option 'nosuch'
    url {; path /; regex a; regex_min_offset 5; regex_max_offset 9; regex_stack 1 2; }  =>  / None [(200, 299)] no digest /a/ not false [] 5..Some(9) Some((1, 2))
    url {; path /; regex a; regex_min_offset 5; regex_max_offset 4; }  =>  / None [(200, 299)] no digest /a/ not false [] 0..None None
        18:18: error[SA523]: `regex_max_offset` is not above `regex_min_offset`
          Logged 
    url {; path /; regex a; regex_min_offset x; regex_max_offset -1; }  =>  / None [(200, 299)] no digest /a/ not false [] 0..Some(0) None
        17:18: error[SA523]: `regex_min_offset` takes one number
          Logged Invalid regex_min_offset x specified
        18:18: error[SA523]: `regex_max_offset` takes one number
          Logged Invalid regex_max_offset -1 specified
    url {; path /; regex a; regex_stack 2 1; }  =>  / None [(200, 299)] no digest /a/ not false [] 0..None None
        17:1: error[SA523]: the stack begins larger than it may become
          Logged regex stack start cannot exceed max value
    url {; path /; regex a; regex_stack x y; }  =>  / None [(200, 299)] no digest /a/ not false [] 0..None None
        17:1: error[SA523]: `regex_stack` takes two numbers of bytes
          Logged 
    url {; path /; regex a; regex_stack 1; }  =>  / None [(200, 299)] no digest /a/ not false [] 0..None None
        17:1: warning[SA115]: `regex_stack` lacks its value
    url {; path /; regex_no_match; }  =>  / None [(200, 299)] no digest no regex
        16:1: error[SA523]: the page has no `regex` for this
          Logged regex parameters specified without regex
    "#);
}

#[test]
fn files_of_the_tls_client() {
    let rows = [
        "SSL {; }",
        "SSL {; password secret; ca a; certificate c; key k; }",
        "SSL {; password; ca; }",
        "SSL {; ca a; ca b; key c; key d; }",
        "SSL {; password one; password two; }",
        "SSL {; ca a; }; SSL {; ca b; }",
        "SSL x {; nosuch; }",
    ];
    let show = |config: &Config| {
        let context = config.tls.as_ref()?;
        let text = |text: &Option<crate::units::Spanned<String>>| {
            text.as_ref().map(|text| text.value.clone())
        };
        let password = context.password.as_ref().map(|password| &password.value);
        let files = (text(&context.authorities), text(&context.certificate), text(&context.key));
        Some(format!("{password:?} {files:?}"))
    };
    insta::assert_snapshot!(table(&rows, |row| format!("{row}\n"), show), @r#"
    SSL {; }  =>  None (None, None, None)
    SSL {; password secret; ca a; certificate c; key k; }  =>  Some(Secret(6 bytes)) (Some("a"), Some("c"), Some("k"))
    SSL {; password; ca; }  =>  None (None, None, None)
        2:1: error[SA115]: `password` lacks its value
          Counted SSL password missing
        3:1: error[SA115]: `ca` lacks its value
          Counted SSL cafile missing
    SSL {; ca a; ca b; key c; key d; }  =>  None (Some("b"), None, Some("d"))
        3:4: warning[SA120]: `ca` is given twice
          Counted Duplicate SSL - overwriting a with b
        5:5: warning[SA120]: `key` is given twice
          Counted Duplicate SSL - overwriting c with d
    SSL {; password one; password two; }  =>  Some(Secret(3 bytes)) (None, None, None)
        3:1: warning[SA120]: `password` is given twice
          Counted SSL password already specified - replacing
    SSL {; ca a; }; SSL {; ca b; }  =>  None (Some("b"), None, None)
        4:1: error[SA206]: `SSL` is given twice
          Counted SSL context already specified - replacing
    SSL x {; nosuch; }  =>  None (None, None, None)
        1:5: warning[SA116]: extra words after `SSL`
        2:1: error[SA101]: Unknown keyword 'nosuch'
          Counted
    "#);
}
