autocmd BufNewFile,BufRead *.pluto,*.pt setfiletype pluto
