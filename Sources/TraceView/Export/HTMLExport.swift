import OTLP
import TraceAssembly

/// The story as one page that needs nothing else: no script, no font, no picture, nothing from the network.
///
/// Bounds: `Limits.pageBytesMax`. The rows come first; attributes fill the rest, those of failed spans and of the critical path
///         before others, and it is said where they were left out.
/// Shape:  every text of telemetry passes through `HTMLText`; a content security policy forbids what would run or load.
enum HTMLExport {
    static func encode(_ story: Story, _ options: ScreenOptions) -> [UInt8] {
        var options = options
        options.style = Style(hasColour: false)
        options.width = 120
        options.next = []
        let told = StoryRows(story, detail: options.detail)
        let rows = told.rows()
        let scale = TimeScale(story, cells: 1_000)
        let verdict = Verdict(story: story, options: options, scale: scale).lines()
        var page = HTMLPage(title: verdict.first ?? "traceview")
        page.add("<header>")
        for (index, line) in verdict.enumerated() {
            page.add(
                "<p\(index == 0 ? " class=\"first \(story.hasFailed ? "bad" : "good")\"" : "")>\(HTMLText.escaped(line))</p>"
            )
        }
        page.add("</header><main>")
        let table = HTMLRows(story: story, scale: scale, rows: rows, detached: told.measures.isDetached)
        var bare: [String] = []
        var bytes = 0
        for index in rows.indices {
            let row = table.row(index)
            bytes += row.utf8.count
            guard bytes < Limits.pageBytesMax * 3 / 4 else {
                bare.append("<p>… and \(Units.count(rows.count - index, "more row")): the page is full</p>")
                break
            }
            bare.append(row)
        }
        let room = Limits.pageBytesMax - page.byteCount - bare.reduce(0) { $0 + $1.utf8.count } - HTMLPage.tailBytes
        let details = table.details(within: room)
        for (index, row) in bare.enumerated() {
            page.add(row.replacing(HTMLRows.place, with: details[index] ?? "", maxReplacements: 1))
        }
        page.add("</main>")
        return page.finished()
    }
}

/// The frame of the page.
private struct HTMLPage {
    private var text: String
    var byteCount: Int { text.utf8.count }
    static let tailBytes = 512

    init(title: String) {
        text = """
            <!doctype html><html lang="en"><head><meta charset="utf-8">\
            <meta name="viewport" content="width=device-width, initial-scale=1">\
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\
            <title>\(HTMLText.escaped(title))</title><style>\(HTMLPage.style)</style></head><body>
            """
    }

    mutating func add(_ html: String) {
        text += html + "\n"
    }

    func finished() -> [UInt8] {
        Array(
            (text
                + "<footer><b class=\"p\"></b> critical path <b class=\"o\"></b> off path <b class=\"c\"></b> start-up"
                + " · ✗ error · ~ asynchronous · ? missing · made by traceview</footer></body></html>\n").utf8)
    }

    /// Colours of Okabe and Ito, on light and dark.
    private static let style = """
        :root{color-scheme:light dark;--fg:#222;--bg:#fff;--dim:#777;--line:#ddd;--off:#cbd5e1;--path:#0072b2;--bad:#c2410c;--good:#047857;--warn:#a16207;--cold:#56b4e9}\
        @media(prefers-color-scheme:dark){:root{--fg:#e5e5e5;--bg:#161616;--dim:#999;--line:#333;--off:#475569;--path:#4aa3df;--bad:#ff7b3d;--good:#34d399;--warn:#e6a700}}\
        body{margin:0 auto;max-width:1400px;padding:16px;font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;color:var(--fg);background:var(--bg)}\
        p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}.first{font-size:18px;font-weight:700;margin-bottom:6px}.bad{color:var(--bad)}.good{color:var(--good)}.warn{color:var(--warn)}\
        main{margin-top:16px;border-top:1px solid var(--line)}summary,.r{display:grid;grid-template-columns:minmax(180px,34%) 70px 24px 1fr;gap:8px;align-items:center;padding:1px 4px}\
        summary{cursor:pointer;list-style:none}summary::-webkit-details-marker{display:none}summary:hover{background:var(--line)}\
        .n{white-space:pre;overflow:hidden;text-overflow:ellipsis}.t{text-align:right}.s{color:var(--dim)}.l{white-space:pre-wrap;overflow-wrap:anywhere;padding:0 4px;color:var(--dim)}\
        .l.bad{color:var(--bad)}.l.warn{color:var(--warn)}.b{position:relative;height:14px}.b i{position:absolute;top:2px;bottom:2px;min-width:2px;background:var(--off)}\
        .b i.p{background:var(--path);top:0;bottom:0}.b i.c,footer .c{background:repeating-linear-gradient(45deg,var(--cold) 0 3px,transparent 3px 6px)}\
        .b i.w{background:none;border-top:2px dotted var(--dim);top:6px}dl{display:grid;grid-template-columns:max-content 1fr;gap:0 16px;margin:4px 0 10px 40px}\
        dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}footer{margin-top:16px;color:var(--dim)}\
        footer b{display:inline-block;width:14px;height:10px}footer .p{background:var(--path)}footer .o{background:var(--off)}
        """
}

/// Text of telemetry in a page: visible, and never markup.
enum HTMLText {
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in VisibleText.visible(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
