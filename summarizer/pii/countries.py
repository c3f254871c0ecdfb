"""Countries as people write them, below recognizers and word lists, which both ask for them."""

__all__ = ["COUNTRY"]

COUNTRY = (
    r"usa|u\.s\.a\.|united states(?: of america)?|uk|u\.k\.|united kingdom|great britain|england"
    r"|britain|scotland|wales|northern ireland|ireland|[ée]ire|canada|australia|new zealand|india"
    r"|germany|deutschland|france|netherlands|the netherlands|nederland|holland|belgium|belgique"
    r"|belgi[ëe]|luxembourg|spain|espa[ñn]a|portugal|italy|italia|switzerland|schweiz|suisse|austria"
    r"|[öo]sterreich|poland|polska|czech republic|czechia|slovakia|slovenia|hungary|magyarorsz[áa]g"
    r"|croatia|romania|bulgaria|greece|cyprus(?: \(greek\))?|malta|denmark|danmark|sweden|sverige"
    r"|norway|norge|finland|suomi|iceland|estonia|latvia|lithuania|greenland|south africa|nigeria"
    r"|kenya|ghana|egypt|tunisia|morocco|israel|turkey|united arab emirates|uae|qatar|saudi arabia"
    r"|pakistan|bangladesh|sri lanka|nepal|singapore|malaysia|indonesia|philippines|thailand"
    r"|vietnam|china|hong kong|japan|south korea|brazil|brasil|argentina|chile|uruguay|mexico"
    r"|m[ée]xico|colombia|peru|jamaica|ukraine|serbia"
)
