namespace SyscallProbe.Report;

/// <summary>The style and the script of the HTML report. The page's policy names their hashes: what differs from them by a byte does not run.</summary>
static class HtmlAssets
{
    public const string Style = """

        :root{--back:#fff;--text:#1d2330;--dim:#5b6474;--line:#d5dae2;--band:#f3f5f8;--bad:#b3201d;--warn:#8a5a00;--good:#1b6e3c;--works:#9db8d9;--differs:#7a6bc0;--ignored:#c98a1b;--fails:#c8403c;--open:#8b93a1}
        @media(prefers-color-scheme:dark){:root{--back:#14171d;--text:#e4e8ef;--dim:#9aa4b5;--line:#333b48;--band:#1d222b;--bad:#ff8b85;--warn:#f0bd5a;--good:#6fd196;--works:#3c5f8c;--differs:#9a8ce6;--ignored:#d8a13d;--fails:#e2615c;--open:#6c7585}}
        body{margin:0 auto;max-width:82rem;padding:1rem 1.5rem;background:var(--back);color:var(--text);font:15px/1.5 system-ui,sans-serif}
        header{display:flex;flex-wrap:wrap;gap:1rem;align-items:center;justify-content:space-between;border-bottom:1px solid var(--line)}
        h1{font-size:1.2rem;margin:.5rem 0}h2{font-size:1.15rem;margin:1.5rem 0 .5rem}h3{font-size:1rem;margin:1.5rem 0 .5rem}
        code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
        input{font:inherit;color:inherit;background:var(--band);border:1px solid var(--line);border-radius:4px;padding:.2rem .5rem;width:18rem}
        output{color:var(--dim)}[hidden]{display:none!important}
        .verdicts{list-style:none;padding:0}.verdicts>li{border-left:4px solid var(--warn);background:var(--band);padding:.4rem .8rem;margin:.4rem 0}
        .verdicts>.incompatible{border-color:var(--bad)}.verdicts>.compatible{border-color:var(--good)}
        .incompatible>strong,.blocking strong{color:var(--bad)}.compatible>strong{color:var(--good)}
        .inconclusive>strong,.caveats>strong,.unknown strong,.degraded strong{color:var(--warn)}
        .evidence,footer,.harmless,figcaption{color:var(--dim)}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
        th{position:sticky;top:0;background:var(--back)}tbody tr:nth-child(even){background:var(--band)}
        figure{margin:1rem 0}svg{display:block;width:100%}figcaption{font-size:.9em}.bar{height:1.4rem}
        .works{fill:var(--works)}.differs{fill:var(--differs)}.ignored{fill:var(--ignored)}.fails{fill:var(--fails)}.conditional,.unsure{fill:var(--open)}
        .key{display:inline-block;width:.8em;height:.8em;margin-right:.3em}footer{margin-top:2rem;border-top:1px solid var(--line);padding:.5rem 0}
        @media print{:root{--back:#fff;--text:#000;--dim:#444;--line:#999;--band:#fff}#filter{display:none}th{position:static}tr,figure,li{break-inside:avoid}thead{display:table-header-group}body{max-width:none;padding:0;font-size:10pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}}

        """;

    public const string Script = """

        (function(){
        var box=document.getElementById('filter'),rows=[].slice.call(document.querySelectorAll('tbody tr')),texts=rows.map(function(row){return row.textContent.toLowerCase()});
        if(!rows.length)return;
        box.hidden=false;
        box.querySelector('input').addEventListener('input',function(event){
        var words=event.target.value.toLowerCase().split(/\s+/),shown=0;
        rows.forEach(function(row,i){var fits=words.every(function(word){return texts[i].indexOf(word)>=0});row.hidden=!fits;if(fits)shown++});
        box.querySelector('output').textContent=shown+' of '+rows.length+' findings';
        });
        })();

        """;
}
